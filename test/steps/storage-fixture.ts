import type { Cluster, Node, Volume } from '../../src/core/cluster.ts'
import type { Expectation } from '../../src/core/diff.ts'
import type { Fact, HostFacts } from '../../src/core/fact.ts'
import type { Given, Params } from '../../src/core/step.ts'
import type { Disk } from '../../src/facts/block.ts'
import type { DrbdMetadata } from '../../src/facts/drbd-metadata.ts'
import type { DrbdState } from '../../src/facts/drbd-state.ts'
import { debian12 } from '../../src/platforms/debian-12.ts'

export const volume: Volume = {
  name: 'data',
  minor: 0,
  device: '/dev/drbd0',
  port: 7789,
  mountPoint: '/srv/nfsha',
  fsType: 'ext4',
  mkfsOptions: [],
  mountOptions: ['noatime'],
  initialSync: 'skip',
  carriesState: true,
}

const node = (name: string, disk: string) =>
  ({ name, kind: 'node', disks: { data: disk } }) as unknown as Node

export const m1 = node('m1', '/dev/vdb')
export const m2 = node('m2', '/dev/sdb')

/** What the storage steps look at of a cluster. */
export const cluster = {
  name: 'c1',
  preferredNode: 'm1',
  platform: debian12,
  nodes: [m1, m2],
  volumes: [volume],
  exports: [],
  nfs: { clientDatabaseOnVolume: true, lockRecovery: true, tickle: true, v3: true },
} as unknown as Cluster

export function givenOn(
  host: Node,
  more: { params?: Partial<Params>; item?: Volume; cluster?: Cluster } = {},
): Given<unknown> {
  return {
    cluster: more.cluster ?? cluster,
    host,
    peer: host === m1 ? m2 : m1,
    params: { allowDataLoss: [], waitSync: false, ...more.params },
    render: () => [],
    item: more.item ?? volume,
  }
}

export const blankDisk: Disk = {
  device: '/dev/vdb',
  bytes: 536_870_912,
  identity: 'serial=nfsha-data1',
  readOnly: false,
  blank: true,
  signatures: [],
  mountedAt: [],
  heldBy: [],
  partitions: [],
  evidence: 'e'.repeat(64),
}

const zero = '0000000000000000'

export const freshMetadata: DrbdMetadata = {
  lineage: 'recorded',
  justCreated: true,
  generations: { current: '0000000000000004', bitmap: zero, history: [zero, zero] },
}

export const usedMetadata: DrbdMetadata = {
  lineage: 'recorded',
  justCreated: false,
  generations: { current: 'A7D5B84E7DBB1D4A', bitmap: zero, history: ['5C2A9D3E7F180246', zero] },
}

/** A state in /proc/drbd's short form: `Connected Secondary/Secondary UpToDate/UpToDate`. */
export function drbd(text: string): DrbdState {
  const [connection = '', role = '', peerRole = '', disk = '', peerDisk = ''] = text.split(/[ /]/)
  return { connection, role, peerRole, disk, peerDisk }
}

/** Facts with expectations laid over, as the planner does. */
export function laid(
  facts: Readonly<Record<string, Fact<unknown>>>,
  expected: readonly Expectation[] = [],
): HostFacts {
  return { ...facts, ...Object.fromEntries(expected.map(({ probe, fact }) => [probe.id, fact])) }
}
