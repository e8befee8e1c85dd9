import type { Cluster, Node } from '../../src/core/cluster.ts'
import { Secret } from '../../src/core/secret.ts'
import type { FenceDevice } from '../../src/core/settings.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const example = exampleCluster()
const { nfs, drbd, fencing, heartbeat, monitor, platform } = example

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

/** A management processor, and a person when it does not answer. */
export const devices: readonly FenceDevice[] = [
  {
    plugin: 'external/ipmi',
    params: [
      { name: 'hostname', value: 'm2.redhat.sx' },
      { name: 'ipaddr', value: '10.0.0.2' },
      { name: 'passwd', value: new Secret('fencing.m2.1.passwd', 'of-the-device') },
    ],
    timeoutMs: 20_000,
  },
  { plugin: 'meatware', params: [{ name: 'hostlist', value: 'm2.redhat.sx' }], timeoutMs: 600_000 },
]

const freezing = { ...drbd, fencing: 'resource-and-stonith' } as const
const tcp = [{ address: '192.168.0.53', port: 53 }]

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
  'words of sh and systemd': exampleCluster({
    volumes: [
      { ...volume, name: 'nfs-data' },
      { ...media, name: 'esac' },
    ],
    nodes: [
      { ...first, disks: { 'nfs-data': '/dev/vdb', esac: '/dev/vdc' } },
      { ...second, name: 'done', disks: { 'nfs-data': '/dev/vdb', esac: '/dev/vdc' } },
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
    drbd: freezing,
    fencing: { ...fencing, mode: 'witness' },
  }),
  witness: exampleCluster({
    drbd: freezing,
    fencing: { ...fencing, mode: 'witness', witness: { ...fencing.witness, tcp } },
  }),
  'witness, nobody resets': exampleCluster({
    drbd: freezing,
    fencing: (({ isolatedRebootMs: _, ...rest }) => ({ ...rest, mode: 'witness' as const }))(fencing),
  }),
  stonith: exampleCluster({
    drbd: freezing,
    fencing: { ...fencing, mode: 'stonith', devices: { [first.name]: devices, [second.name]: devices } },
  }),
  'stonith without witness, writes go on': exampleCluster({
    drbd: { ...drbd, fencing: 'resource-only' },
    fencing: {
      ...fencing,
      mode: 'stonith',
      outdate: false,
      witness: { ...fencing.witness, pings: [] },
      devices: { [first.name]: devices, [second.name]: devices },
    },
  }),
  'delayed takeover': exampleCluster({ fencing: { ...fencing, takeover: 'delayed' } }),
  'takeover by hand': exampleCluster({ fencing: { ...fencing, takeover: 'by-hand' } }),
  fencing: exampleCluster({ drbd: { ...drbd, fencing: 'resource-only' } }),
  'no secrets': exampleCluster({
    heartbeat: { ...heartbeat, auth: { method: 'crc' } },
    drbd: (({ sharedSecret: _, ...rest }) => rest)(drbd),
  }),
  'monitor that only tells': exampleCluster({
    monitor: {
      ...monitor,
      localRestart: false,
      handOver: false,
      reset: false,
      notify: {
        command: '/usr/local/bin/page somebody',
        mail: 'ops@example.org',
        webhook: new Secret('monitor.notify.webhook', 'https://example.org/hook'),
      },
    },
  }),
  'monitor without hand-over': exampleCluster({ monitor: { ...monitor, handOver: false } }),
  'monitor without restart': exampleCluster({ monitor: { ...monitor, localRestart: false } }),
  softdog: exampleCluster({
    heartbeat: { ...heartbeat, watchdog: 'softdog', logFacility: 'none', ipfail: false },
  }),
}
