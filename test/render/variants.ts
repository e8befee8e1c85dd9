import type { Cluster, Node } from '../../src/core/cluster.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const example = exampleCluster()
const { nfs, drbd, heartbeat, platform } = example

/** A node whose link em1 has another NIC. */
function withNic(node: Node, nic: string): Node {
  const end = node.links.em1
  if (end === undefined) throw new TypeError('the example has em1')
  return { ...node, links: { ...node.links, em1: { ...end, nic } } }
}

const [first, second] = example.nodes
const [volume] = example.volumes
if (volume === undefined) throw new TypeError('the example has a volume')

const oddVolume = { ...volume, mountPoint: "/srv/nfs ha's #1", mountOptions: [] }
const media = {
  ...volume,
  name: 'media',
  minor: 1,
  device: '/dev/drbd1',
  port: 7789,
  mountPoint: '/srv/media',
  carriesState: false,
}

/** Clusters that make the templates take every branch. */
export const variants: Readonly<Record<string, Cluster>> = {
  plain: example,
  'standard chain': exampleCluster({ group: 'standard' }),
  'standard chain, nothing on the volume': exampleCluster({
    group: 'standard',
    nfs: { ...nfs, clientDatabaseOnVolume: false },
  }),
  'NICs differ': exampleCluster({ nodes: [first, withNic(second, 'ens3')] }),
  'two volumes': exampleCluster({
    volumes: [volume, media],
    nodes: [
      { ...first, disks: { ...first.disks, media: '/dev/vg0/media' } },
      { ...second, disks: { ...second.disks, media: '/dev/disk/by-id/scsi-2' } },
    ],
  }),
  'odd paths': exampleCluster({
    volumes: [oddVolume],
    exports: example.exports.map(each => ({ ...each, path: `${oddVolume.mountPoint}/data` })),
  }),
  'v3 and v4.0': exampleCluster({ nfs: { ...nfs, v3: true, v40: true } }),
  'no remedies': exampleCluster({
    nfs: {
      ...(({ scope: _, ...rest }) => rest)(nfs),
      ...{ clientDatabaseOnVolume: false, lockRecovery: false, tickle: false, gratuitousArp: false },
      vipLast: false,
    },
  }),
  'v3 without the volume': exampleCluster({ nfs: { ...nfs, v3: true, clientDatabaseOnVolume: false } }),
  'DRBD 9': exampleCluster({ platform: { ...platform, drbdDialect: '9' } }),
  'DRBD 9 fencing': exampleCluster({
    platform: { ...platform, drbdDialect: '9' },
    drbd: { ...drbd, fencing: 'resource-and-stonith' },
  }),
  fencing: exampleCluster({ drbd: { ...drbd, fencing: 'resource-only' } }),
  'no secrets': exampleCluster({
    heartbeat: { ...heartbeat, auth: { method: 'crc' } },
    drbd: (({ sharedSecret: _, ...rest }) => rest)(drbd),
  }),
  softdog: exampleCluster({
    heartbeat: { ...heartbeat, watchdog: 'softdog', logFacility: 'none', ipfail: false },
  }),
}
