import { describe, expect, it } from 'vitest'
import { stateVolume } from '../../src/core/cluster.ts'
import { absent, type Fact, type Facts, present } from '../../src/core/fact.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Params } from '../../src/core/step.ts'
import { disk } from '../../src/facts/block.ts'
import { drbdAdjust, drbdModule, drbdSync } from '../../src/facts/drbd.ts'
import { drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { expectedFile, file } from '../../src/facts/file.ts'
import { type Directories, directoriesOn, volumeContents } from '../../src/facts/filesystem.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { heartbeat, heartbeatSettled, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { hold } from '../../src/facts/hold.ts'
import { mountedAs, mountOf } from '../../src/facts/mount.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { instancesOf } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { wantedDirectories } from '../../src/steps/_directories.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import { mkfsIntentPath } from '../../src/steps/_mkfs-script.ts'
import { resourceTarget } from '../../src/steps/_storage.ts'
import drbdConfig from '../../src/steps/drbd-config.ts'
import drbdConnected from '../../src/steps/drbd-connected.ts'
import drbdCreateMd from '../../src/steps/drbd-create-md.ts'
import drbdInitialSync from '../../src/steps/drbd-initial-sync.ts'
import drbdUp from '../../src/steps/drbd-up.ts'
import exportDirectories from '../../src/steps/export-directories.ts'
import mkfs from '../../src/steps/mkfs.ts'
import mountPoint from '../../src/steps/mount-point.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { blankDisk, drbd, usedMetadata } from './storage-fixture.ts'

const steps = [
  drbdConfig,
  drbdCreateMd,
  drbdUp,
  drbdConnected,
  drbdInitialSync,
  mkfs,
  mountPoint,
  exportDirectories,
]
const cluster = exampleCluster()
const volume = stateVolume(cluster)
const render = createRender(templateLoader())

/** What a node tells that has its packages and nothing else. */
function blankNode(node: (typeof cluster.nodes)[number], more: Readonly<Record<string, Fact<unknown>>> = {}) {
  const path = node.disks.data ?? ''
  const { drbdDir } = cluster.platform.paths
  return {
    [hold.id]: absent(),
    [drbdModule.id]: present({ loaded: true, version: '8.4.11' }),
    [drbdOf(cluster, volume).id]: absent(),
    [drbdAdjust(volume).id]: absent(),
    [drbdSync(volume, '8.4').id]: absent(),
    [ownedFile(cluster, `${drbdDir}/global_common.conf`).id]: absent(),
    [ownedFile(cluster, `${drbdDir}/nfsha-handler`).id]: absent(),
    [ownedFile(cluster, `${drbdDir}/${volume.name}.res`).id]: absent(),
    [disk(path).id]: present(blankDisk),
    [drbdMetadata(cluster, node, volume).id]: absent(),
    [unit(resourceTarget(volume)).id]: unitFromPackage(false),
    [volumeContents(path).id]: present([]),
    [file(mkfsIntentPath(volume)).id]: absent(),
    [mountOf(volume.mountPoint).id]: absent(),
    [file(volume.mountPoint).id]: absent(),
    [heartbeat(cluster.platform.paths).id]: present(heartbeatStopped),
    [directoriesOn(volume.mountPoint, wantedDirectories(cluster, volume)).id]: absent(),
    ...more,
  }
}

const noParams: Params = { allowDataLoss: [], waitSync: false }
const [first, second] = cluster.nodes
const blank: Facts = { [first.name]: blankNode(first), [second.name]: blankNode(second) }

function plan(facts: Facts, params: Partial<Params> = {}, on = cluster): Plan {
  return makePlan({
    cluster: on,
    params: { ...noParams, ...params },
    render,
    playbook: 'deploy',
    instances: instancesOf(on, steps),
    facts: JSON.parse(JSON.stringify(facts)) as Facts,
  })
}

const outline = (made: Plan) =>
  made.steps.flatMap(step =>
    step.hosts.map(({ host, diff }) => `${step.ref} ${host === first.name ? 1 : 2} ${diff.kind}`),
  )

describe('a blank pair', () => {
  it('is planned whole, file systems and all', () => {
    expect(outline(plan(blank))).toEqual([
      'drbd-config 1 change',
      'drbd-config 2 change',
      'drbd-create-md[data] 1 change',
      'drbd-create-md[data] 2 change',
      'drbd-up[data] 1 change',
      'drbd-up[data] 2 change',
      'drbd-connected[data] 1 in-sync',
      'drbd-connected[data] 2 in-sync',
      'drbd-initial-sync[data] 1 change',
      'drbd-initial-sync[data] 2 in-sync',
      'mkfs[data] 1 change',
      'mkfs[data] 2 in-sync',
      'mount-point[data] 1 change',
      'mount-point[data] 2 change',
      'export-directories[data] 1 in-sync',
      'export-directories[data] 2 in-sync',
    ])
  })

  it('is planned whole with a full first sync, waited for or not', () => {
    const full = exampleCluster({ volumes: [{ ...volume, initialSync: 'full' }] })
    for (const waitSync of [false, true]) {
      const made = plan(blank, { waitSync }, full)
      expect(made.counts.refusal).toBe(0)
      expect(outline(made)).toContain('drbd-initial-sync[data] 1 change')
    }
  })

  it('is refused as a whole for a disk that is not blank, and read to its end', () => {
    const path = first.disks.data ?? ''
    const full = present({ ...blankDisk, blank: false, signatures: [{ type: 'xfs', offset: '0x0' }] })
    const made = plan({ ...blank, [first.name]: blankNode(first, { [disk(path).id]: full }) })
    expect(made.counts.refusal).toBe(1)
    expect(outline(made)).toContain('mkfs[data] 1 change')
  })
})

describe('a live pair', () => {
  const drbdFiles = (node: (typeof cluster.nodes)[number]) => {
    const given = { cluster, host: node, peer: first, params: noParams, render, item: undefined }
    return Object.fromEntries(
      (drbdConfig.files?.(given) ?? []).map(file => [
        ownedFile(cluster, file.path).id,
        expectedFile(file.path, file, cluster.secrets.salt),
      ]),
    )
  }
  const wanted = wantedDirectories(cluster, volume)
  const directory = (found: Directories) => ({
    [directoriesOn(volume.mountPoint, wanted).id]: present(found),
  })
  const allThere: Directories = Object.fromEntries(
    wanted.map(({ path, owner, group, mode }) => [path, { kind: 'directory', owner, group, mode }]),
  )

  const liveNode = (
    node: (typeof cluster.nodes)[number],
    status: string,
    more: Readonly<Record<string, Fact<unknown>>> = {},
  ) => {
    const path = node.disks.data ?? ''
    const signatures = [
      { type: 'drbd', offset: '0x1ffff03c' },
      { type: 'ext4', offset: '0x438', label: 'nfsha-data' },
    ]
    return blankNode(node, {
      ...drbdFiles(node),
      [drbdOf(cluster, volume).id]: present(drbd(status)),
      [drbdAdjust(volume).id]: present({ pending: [] }),
      [disk(path).id]: present({
        ...blankDisk,
        blank: false,
        signatures,
        attachedTo: { minor: 0, resource: 'data' },
      }),
      [drbdMetadata(cluster, node, volume).id]: present(usedMetadata),
      [unit(resourceTarget(volume)).id]: present({
        load: 'loaded',
        enabled: 'enabled',
        active: 'active',
        needsReload: false,
        dropIns: [],
      }),
      [volumeContents(path).id]: present([{ type: 'ext4', label: 'nfsha-data' }]),
      [file(volume.mountPoint).id]: present({ kind: 'directory', mode: '0755', owner: 'root:root' }),
      [heartbeat(cluster.platform.paths).id]: present(heartbeatSettled),
      ...more,
    })
  }
  const active = liveNode(first, 'Connected Primary/Secondary UpToDate/UpToDate', {
    [mountOf(volume.mountPoint).id]: mountedAs(volume),
    ...directory(allThere),
  })
  const passive = liveNode(second, 'Connected Secondary/Primary UpToDate/UpToDate')
  const live: Facts = { [first.name]: active, [second.name]: passive }
  const changes = (facts: Facts) => outline(plan(facts)).filter(line => !line.endsWith('in-sync'))

  it('needs nothing, whichever node is the active one', () => {
    expect(changes(live)).toEqual([])
    const swapped: Facts = {
      [first.name]: liveNode(first, 'Connected Secondary/Primary UpToDate/UpToDate'),
      [second.name]: liveNode(second, 'Connected Primary/Secondary UpToDate/UpToDate', {
        [mountOf(volume.mountPoint).id]: mountedAs(volume),
        ...directory(allThere),
      }),
    }
    expect(changes(swapped)).toEqual([])
  })

  it('gets a missing export directory on the active node', () => {
    const [path = ''] = cluster.exports.map(one => one.path)
    const facts = { ...active, ...directory({ ...allThere, [path]: { kind: 'missing' } }) }
    expect(changes({ ...live, [first.name]: facts })).toEqual(['export-directories[data] 1 change'])
  })

  it('takes a new disk on the passive node, and never touches the data', () => {
    const path = second.disks.data ?? ''
    const facts: Facts = {
      [first.name]: {
        ...active,
        [drbdOf(cluster, volume).id]: present(drbd('Connected Primary/Secondary UpToDate/Diskless')),
      },
      [second.name]: {
        ...passive,
        [drbdOf(cluster, volume).id]: present(drbd('Connected Secondary/Primary Diskless/UpToDate')),
        [disk(path).id]: present(blankDisk),
        [drbdMetadata(cluster, second, volume).id]: absent(),
        [volumeContents(path).id]: present([]),
      },
    }
    expect(changes(facts)).toEqual(['drbd-create-md[data] 2 change', 'drbd-up[data] 2 change'])
  })

  it('gives a reinstalled node its data back, on the word of its peer', () => {
    const path = second.disks.data ?? ''
    const reinstalled = blankNode(second, {
      [disk(path).id]: present({
        ...blankDisk,
        blank: false,
        signatures: [{ type: 'drbd', offset: '0x1ffff03c' }],
      }),
      [drbdMetadata(cluster, second, volume).id]: present({ ...usedMetadata, lineage: 'none' }),
    })
    const waiting = {
      [drbdOf(cluster, volume).id]: present(drbd('WFConnection Primary/Unknown UpToDate/DUnknown')),
    }
    const made = plan({ [first.name]: { ...active, ...waiting }, [second.name]: reinstalled })
    expect(made.counts.refusal).toBe(0)
    expect(made.counts.destructive).toBe(0)
    expect(outline(made)).toContain('drbd-create-md[data] 2 change')
  })
})
