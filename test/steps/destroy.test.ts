import { describe, expect, it } from 'vitest'
import { present, unknown } from '../../src/core/fact.ts'
import { drbdMetadata, justCreatedUuid } from '../../src/facts/drbd-metadata.ts'
import { labelOf, volumeContents } from '../../src/facts/filesystem.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { heartbeat, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { heartbeatPeer } from '../../src/facts/heartbeat-peer.ts'
import { hold } from '../../src/facts/hold.ts'
import { type NfsClient, nfsClients } from '../../src/facts/nfs-clients.ts'
import { ownFiles } from '../../src/facts/own-files.ts'
import { installed, packages } from '../../src/facts/package.ts'
import { records } from '../../src/facts/records.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import { resourceTarget } from '../../src/steps/_storage.ts'
import destroyReady from '../../src/steps/destroy-ready.ts'
import directoriesRemove from '../../src/steps/directories-remove.ts'
import drbdDown from '../../src/steps/drbd-down.ts'
import drbdWipeMd from '../../src/steps/drbd-wipe-md.ts'
import filesRemove from '../../src/steps/files-remove.ts'
import heartbeatStop from '../../src/steps/heartbeat-stop.ts'
import packagesPurge from '../../src/steps/packages-purge.ts'
import recordsRemove from '../../src/steps/records-remove.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const [volume] = cluster.volumes
if (volume === undefined) throw new TypeError('the example has a volume')
const { paths } = cluster.platform
const conf = `${paths.drbdDir}/global_common.conf`
const ours = known(
  ownFiles(cluster),
  present([
    `${paths.haDir}/ha.cf`,
    conf,
    `${paths.drbdDir}/${volume.name}.res`,
    '/etc/exports.d/nfsha.exports',
  ]),
)
const unreadable = known(ownFiles(cluster), unknown('grep: /etc/ha.d: Input/output error'))

describe('destroy-ready', () => {
  const client = (status: string): NfsClient => ({
    address: '192.168.0.9',
    name: 'c1',
    version: '4.2',
    status,
    states: 1,
  })
  const using = (status: string) => known(nfsClients, present({ clients: [client(status)], inGrace: false }))
  const look = (said: Known, params = {}) =>
    Object.values(plan(destroyReady, { [m1]: said, [m2]: [ours] }, undefined, params)).filter(
      ({ kind }) => kind === 'refusal',
    )

  it.each<[string, Known, object]>([
    ['nobody is connected', [ours], {}],
    ['a client is only kept out of courtesy', [ours, using('courtesy')], {}],
    ['clients are known to be there', [ours, using('confirmed')], { despiteClients: true }],
    ['the cluster was never here, whoever is connected', [using('confirmed')], {}],
    ['the lost node is not heard', [ours, known(heartbeatPeer(m2), present('dead'))], { without: m2 }],
  ])('lets pass when %s', (_, said, params) => {
    expect(look(said, params)).toEqual([])
  })

  it.each<[string, Known, object, string, RegExp]>([
    ['a client is connected', [ours, using('confirmed')], {}, 'clients-mounted', /192\.168\.0\.9 \(c1\)/],
    [
      'the node is held',
      [ours, known(hold, present({ text: 'by ann: disk' }))],
      {},
      'node-held',
      /by ann: disk/,
    ],
    [
      'the lost node is heard',
      [ours, known(heartbeatPeer(m2), present('active'))],
      { without: m2 },
      'lost-node-lives',
      /is not lost/,
    ],
    [
      'who is connected is not known',
      [ours, known(nfsClients, unknown('D state'))],
      {},
      'unknown-remains',
      /D state/,
    ],
  ])('refuses when %s', (_, said, params, id, reason) => {
    expect(look(said, params)).toMatchObject([{ id, reason: expect.stringMatching(reason) }])
  })

  it('refuses every look while the files cannot be read', () => {
    expect(look([unreadable]).map(diff => diff.kind === 'refusal' && diff.id)).toEqual(
      Array(3).fill('unknown-remains'),
    )
  })
})

describe('heartbeat-stop', () => {
  const daemon = heartbeat(paths)
  const passive = [...idle(cluster, { peerRole: 'Primary' }), ours]
  const serving = [...active(), ours]
  const off = unitFromPackage(false)
  const turns = (one: Known, two: Known) => plan(heartbeatStop, { [m1]: one, [m2]: two })

  it('ends the standby before the node that serves', () => {
    expect(turns(serving, passive)).toMatchObject({
      [`${m1} heartbeat-stop[standby]`]: { kind: 'in-sync' },
      [`${m2} heartbeat-stop[standby]`]: {
        risk: 'safe',
        actions: [
          { argv: expect.arrayContaining(['disable', 'heartbeat.service']) },
          { argv: expect.arrayContaining(['stop', 'heartbeat.service']), guard: expect.anything() },
        ],
      },
      [`${m1} heartbeat-stop[server]`]: { kind: 'change', risk: 'disruptive' },
      [`${m2} heartbeat-stop[server]`]: { kind: 'in-sync' },
    })
  })

  it('ends both at once when nobody serves', () => {
    expect(turns(passive, passive)).toMatchObject({
      [`${m1} heartbeat-stop[standby]`]: { kind: 'change' },
      [`${m2} heartbeat-stop[standby]`]: { kind: 'change' },
    })
  })

  it('gives up a group whose heartbeat has died, and stops one that was started by hand', () => {
    const orphan = [
      ...serving,
      known(daemon, present(heartbeatStopped)),
      known(unit('heartbeat.service'), off),
    ]
    const byHand = [...passive, known(unit('heartbeat.service'), off)]
    expect(turns(orphan, byHand)).toMatchObject({
      [`${m1} heartbeat-stop[server]`]: {
        actions: [{ argv: [`${paths.haDir}/resource.d/nfsha`, 'm1-m2', 'stop'] }],
      },
      [`${m2} heartbeat-stop[standby]`]: { actions: [{ argv: ['/usr/libexec/heartbeat/heartbeat', '-k'] }] },
    })
  })

  it('leaves a heartbeat alone that is not of this cluster', () => {
    const foreign = idle(cluster)
    expect(Object.values(turns(foreign, foreign)).map(({ kind }) => kind)).toEqual(Array(4).fill('in-sync'))
  })

  it.each<[string, Known, Known, string]>([
    ['both act', serving, serving, 'split-brain'],
    [
      'what a node has is not known',
      [...passive, known(vipsHeld(cluster.vips), unknown('ip'))],
      passive,
      'unknown-state',
    ],
    [
      'whether heartbeat runs is not known',
      [...passive, known(daemon, unknown('ps'))],
      passive,
      'unknown-remains',
    ],
    ['whose files they are is not known', [...passive, unreadable], passive, 'unknown-remains'],
  ])('refuses when %s', (_, one, two, id) => {
    const refused = Object.values(turns(one, two)).filter(({ kind }) => kind === 'refusal')
    expect(refused[0]).toMatchObject({ id })
  })
})

const state = {
  connection: 'Connected',
  role: 'Secondary',
  peerRole: 'Secondary',
  disk: 'UpToDate',
  peerDisk: 'UpToDate',
}

describe('drbd-down', () => {
  const target = known(unit(resourceTarget(volume)), unitFromPackage(true))
  const down = (said: Known) => plan(drbdDown, { [m1]: said, [m2]: [] })[m1]

  it('takes the resource down, and its target from the boot', () => {
    expect(down([ours, target, known(drbdOf(cluster, volume), present(state))])).toMatchObject({
      actions: [
        { argv: expect.arrayContaining(['disable', '--now']) },
        { argv: ['drbdadm', 'down', volume.name] },
      ],
    })
  })

  it('leaves a resource alone whose file is not ours', () => {
    expect(down([known(drbdOf(cluster, volume), present(state))])).toMatchObject({ kind: 'in-sync' })
  })

  it('refuses one that somebody has promoted', () => {
    const primary = known(drbdOf(cluster, volume), present({ ...state, role: 'Primary' }))
    expect(down([ours, primary])).toMatchObject({ kind: 'refusal', id: 'still-primary' })
  })
})

describe('drbd-wipe-md', () => {
  const zero = '0000000000000000'
  const side = (
    node: (typeof cluster.nodes)[number],
    current: string,
    lineage: 'recorded' | 'none' = 'recorded',
  ) => [
    known(
      drbdMetadata(cluster, node, volume),
      present({
        lineage,
        justCreated: current === justCreatedUuid,
        generations: { current, bitmap: zero, history: [zero, zero] },
      }),
    ),
    known(
      volumeContents(node.disks[volume.name] ?? ''),
      present([{ type: volume.fsType, label: labelOf(volume) }]),
    ),
  ]
  const [one, two] = cluster.nodes
  const wipe = (own: Known, other: Known, params: object = { wipeMetadata: true }) =>
    plan(drbdWipeMd, { [m1]: own, [m2]: other }, undefined, params)[m1]

  it('wipes where both sides hold the same data, and says how to read them', () => {
    expect(wipe(side(one, 'A'.repeat(16)), side(two, 'A'.repeat(16)))).toMatchObject({
      symbol: '!',
      risk: 'destructive',
      summary: expect.stringContaining('file system stays'),
    })
  })

  it.each<[string, Known, Known, object]>([
    ['it was not asked for', side(one, 'A'.repeat(16)), side(two, 'A'.repeat(16)), {}],
    ['there are none', [], side(two, 'A'.repeat(16)), { wipeMetadata: true }],
  ])('leaves all as it is when %s', (_, own, other, params) => {
    expect(wipe(own, other, params)).toMatchObject({ kind: 'in-sync' })
  })

  it('goes on where the other side was wiped before', () => {
    expect(wipe(side(one, 'A'.repeat(16)), [])).toMatchObject({ kind: 'change' })
  })

  it.each<[string, Known, Known, string]>([
    ['both sides differ', side(one, 'A'.repeat(16)), side(two, 'B'.repeat(16)), 'sides-not-same'],
    [
      'the other side cannot be read',
      side(one, 'A'.repeat(16)),
      [known(drbdMetadata(cluster, two, volume), unknown('EIO'))],
      'sides-not-same',
    ],
    ['nothing says whose they are', side(one, 'A'.repeat(16), 'none'), [], 'not-our-metadata'],
    [
      'they cannot be read',
      [known(drbdMetadata(cluster, one, volume), unknown('EIO'))],
      [],
      'unknown-remains',
    ],
  ])('refuses when %s', (_, own, other, id) => {
    expect(wipe(own, other)).toMatchObject({ kind: 'refusal', id })
  })
})

describe('files-remove', () => {
  const remove = (...said: Known) => plan(filesRemove, { [m1]: said, [m2]: [] })[m1]
  const shipping = packages(['drbd-utils', 'heartbeat'])

  it('removes all that is ours, and puts back what a package ships', () => {
    const have = present({ 'drbd-utils': installed, heartbeat: installed })
    const diff = remove(ours, known(shipping, have))
    expect(diff).toMatchObject({
      symbol: '-',
      actions: [
        { kind: 'script', title: expect.stringContaining(conf) },
        { argv: expect.arrayContaining(['rm', '-f', '/etc/exports.d/nfsha.exports']) },
      ],
    })
    expect(diff?.kind === 'change' && JSON.stringify(diff.actions[1])).not.toContain(conf)
  })

  it('removes it altogether when the package is gone', () => {
    const gone = present({ 'drbd-utils': { status: 'not-installed' }, heartbeat: installed })
    expect(remove(ours, known(shipping, gone))).toMatchObject({
      actions: [{ argv: expect.arrayContaining(['rm', conf]) }],
    })
  })

  it('has systemd and the time daemon read again what was taken away', () => {
    const some = present([
      `${paths.unitDir}/nfsha-routes.service`,
      '/etc/systemd/timesyncd.conf.d/nfsha.conf',
    ])
    expect(remove(known(ownFiles(cluster), some))).toMatchObject({
      actions: [
        { argv: expect.arrayContaining(['rm']) },
        { argv: expect.arrayContaining(['daemon-reload']) },
        { argv: expect.arrayContaining(['try-restart', 'systemd-timesyncd.service']) },
      ],
    })
  })

  it('refuses while a place cannot be read', () => {
    expect(remove(unreadable)).toMatchObject({ kind: 'refusal', id: 'unknown-remains' })
  })
})

describe('what comes last', () => {
  const memory = known(records, present(['runs.jsonl', 'signatures/data-1/first-mib']))

  it('forgets, and says what is forgotten', () => {
    expect(plan(recordsRemove, { [m1]: [memory], [m2]: [] })).toMatchObject({
      [m1]: {
        display: [{ lines: expect.arrayContaining(['remove /var/lib/nfsha/signatures/data-1/first-mib']) }],
      },
      [m2]: { kind: 'in-sync' },
    })
  })

  it.each([recordsRemove, directoriesRemove])('refuses while the memory cannot be read', step => {
    expect(plan(step, { [m1]: [known(records, unknown('EIO'))], [m2]: [] })[m1]).toMatchObject({
      kind: 'refusal',
      id: 'unknown-remains',
    })
  })

  it.each<[string, object, string, string]>([
    ['purges packages when asked', { purgePackages: true }, 'installed', 'change'],
    ['leaves them otherwise', {}, 'installed', 'in-sync'],
    ['purges the configuration of a removed one, too', { purgePackages: true }, 'config-files', 'change'],
    ['has nothing to purge where none is', { purgePackages: true }, 'not-installed', 'in-sync'],
  ])('%s', (_, params, status, kind) => {
    const names = ['drbd-utils', 'heartbeat', 'nfs-kernel-server']
    const have = known(packages(names), present(Object.fromEntries(names.map(name => [name, { status }]))))
    expect(plan(packagesPurge, { [m1]: [have], [m2]: [] }, undefined, params)[m1]).toMatchObject({ kind })
  })
})
