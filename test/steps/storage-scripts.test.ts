import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/core/action.ts'
import type { Volume } from '../../src/core/cluster.ts'
import type { Diff } from '../../src/core/diff.ts'
import { absent, present } from '../../src/core/fact.ts'
import { disk } from '../../src/facts/block.ts'
import { drbdAdjust, drbdStatus, drbdSync } from '../../src/facts/drbd.ts'
import { drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { directoriesOn, volumeContents } from '../../src/facts/filesystem.ts'
import { heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { mountOf } from '../../src/facts/mount.ts'
import createMd from '../../src/steps/drbd-create-md.ts'
import initialSync from '../../src/steps/drbd-initial-sync.ts'
import exportDirectories from '../../src/steps/export-directories.ts'
import formerVolumes from '../../src/steps/former-volumes.ts'
import mkfs from '../../src/steps/mkfs.ts'
import mountPoint from '../../src/steps/mount-point.ts'
import volumeGrow from '../../src/steps/volume-grow.ts'
import {
  blankDisk,
  cluster,
  drbd,
  freshMetadata,
  givenOn,
  m1,
  m2,
  usedMetadata,
  volume,
} from './storage-fixture.ts'

function check(script: string): string {
  // SC2034: scripts share fragments, of which not each uses every variable.
  return spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2034', '-'], { input: script, encoding: 'utf8' })
    .stdout
}

// Names that a script must not stumble over.
const odd: Volume = {
  ...volume,
  name: 'data-1',
  mountPoint: "/srv/it's a place",
  mkfsOptions: ['-m', '0', '-O', '^has_journal'],
}
const oddDirectory = { path: `${odd.mountPoint}/sub dir`, owner: '1000', group: 'users', mode: '2775' }
const oddNode = { ...m1, disks: { data: "/dev/disk/by-id/a b'c" } }

const probes = [
  disk("/dev/disk/by-id/a b'c"),
  drbdMetadata(cluster, oddNode, volume),
  drbdMetadata({ ...cluster, platform: { ...cluster.platform, drbdDialect: '9' } }, m1, volume),
  drbdStatus(volume, '8.4'),
  drbdStatus(volume, '9'),
  drbdSync(volume, '8.4'),
  drbdAdjust(volume),
  mountOf(odd.mountPoint),
  volumeContents('/dev/vdb'),
  directoriesOn(odd.mountPoint, [oddDirectory]),
]

describe('probes', () => {
  it.each(probes.map(probe => [probe.id, probe.script] as const))('%s', (_, script) => {
    expect(check(script)).toBe('')
  })
})

const both = <T>(facts: T) => [
  { host: m1, facts },
  { host: m2, facts },
]

function actionsOf(
  step: typeof mkfs,
  facts: object,
  more: Parameters<typeof givenOn>[1] = {},
): readonly Action[] {
  const [self, peer] = both(facts as never)
  if (self === undefined || peer === undefined) throw new Error('two sides')
  const diff: Diff = step.diff(givenOn(m1, more), self, peer)
  if (diff.kind !== 'change') throw new Error(`${step.id}: ${diff.kind}`)
  return diff.actions
}

const held = { 'hold marker': absent() }
const upToDate = present(drbd('Connected Secondary/Secondary UpToDate/UpToDate'))
const formatted = {
  ...held,
  status: upToDate,
  contents: present([]),
  intent: absent(),
  mount: absent(),
  heartbeat: present(heartbeatStopped),
}
const virgin = {
  ...held,
  status: present(drbd('Connected Secondary/Secondary Inconsistent/Inconsistent')),
  sync: absent(),
  metadata: present(freshMetadata),
  contents: present([]),
}
const metadata = { disk: present(blankDisk), metadata: absent() }

const scripts: readonly [string, readonly Action[]][] = [
  ['create', actionsOf(createMd, metadata)],
  [
    'erase',
    actionsOf(
      createMd,
      { ...metadata, disk: present({ ...blankDisk, blank: false }) },
      {
        params: { allowDataLoss: ['data@m1'] },
      },
    ),
  ],
  [
    'record',
    actionsOf(createMd, {
      ...metadata,
      metadata: present({ ...usedMetadata, lineage: 'unfinished' as const }),
    }),
  ],
  ['skip', actionsOf(initialSync, virgin)],
  ['full', actionsOf(initialSync, virgin, { item: { ...volume, initialSync: 'full' } })],
  ['ext4', actionsOf(mkfs, formatted)],
  ['xfs', actionsOf(mkfs, formatted, { item: { ...odd, name: 'data', fsType: 'xfs' } })],
  [
    'resume',
    actionsOf(mkfs, {
      ...formatted,
      contents: present([{ type: 'ext4' }]),
      intent: present({ kind: 'file' as const, mode: '0600', owner: 'root:root' }),
    }),
  ],
  [
    'give up',
    actionsOf(mkfs, {
      ...formatted,
      status: present(drbd('Connected Primary/Secondary UpToDate/UpToDate')),
      contents: present([{ type: 'ext4', label: 'nfsha-data' }]),
    }),
  ],
  [
    'mount point',
    actionsOf(
      mountPoint,
      { ...held, directory: absent(), mount: absent(), places: present([]) },
      { item: odd },
    ),
  ],
  ...(['ext4', 'xfs'] as const).map((fsType): [string, readonly Action[]] => [
    `grow ${fsType}`,
    actionsOf(
      volumeGrow,
      {
        ...held,
        size: present({ backing: 2 ** 30, device: 2 ** 29, fileSystem: 2 ** 29 }),
        status: present(drbd('Connected Primary/Secondary UpToDate/UpToDate')),
      },
      { item: { ...odd, name: 'data', fsType } },
    ),
  ]),
  [
    'give a former volume up',
    actionsOf(formerVolumes, {
      ...held,
      former: present([{ name: 'old', minor: 1, role: 'Primary', mountedAt: ["/srv/it's a place"] }]),
      server: absent(),
    }),
  ],
  [
    'directories',
    actionsOf(
      exportDirectories,
      { ...held, directories: present({ [oddDirectory.path]: { kind: 'missing' } }) },
      {
        item: { ...odd, name: 'data', carriesState: false },
        cluster: { ...cluster, exports: [{ ...oddDirectory, volume: 'data', fsid: '1', clients: [] }] },
      },
    ),
  ],
]

describe('actions', () => {
  it.each(scripts)('%s: plain POSIX sh', (_, actions) => {
    for (const action of actions) {
      if (action.kind === 'script') expect(check(action.script)).toBe('')
      if (action.guard !== undefined) expect(check(action.guard.script)).toBe('')
    }
  })

  it.each(scripts)('%s: never forced, but for the first sync', (name, actions) => {
    const lines = actions.flatMap(action =>
      action.kind === 'script'
        ? action.script.split('\n')
        : action.kind === 'run'
          ? [action.argv.join(' ')]
          : [],
    )
    const forced = lines.filter(
      line => /^\s*(mkfs|wipefs|drbdadm|drbdmeta)/.test(line) && / (-f|-F|--force) /.test(line),
    )
    expect(forced).toEqual(name === 'full' ? ['drbdadm primary --force data'] : [])
  })
})
