import { absent, type Fact, present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { type Disk, disk } from '../../src/facts/block.ts'
import { drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { file } from '../../src/facts/file.ts'
import { firewall } from '../../src/facts/firewall.ts'
import { interfaces } from '../../src/facts/interface.ts'
import { listeners } from '../../src/facts/listener.ts'
import { kernelModule } from '../../src/facts/module.ts'
import { networkTools } from '../../src/facts/network-tool.ts'
import { os } from '../../src/facts/os.ts'
import { packages } from '../../src/facts/package.ts'
import { reach } from '../../src/facts/reach.ts'
import { otherManagers, security, unattendedUpgrades } from '../../src/facts/security.ts'
import { clock } from '../../src/facts/time.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { vipUser } from '../../src/facts/vip-user.ts'
import type { CheckOutcome } from '../../src/preflight/check.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { blankDisk, freshMetadata } from '../steps/storage-fixture.ts'

const cluster = exampleCluster()
const [first] = cluster.nodes
const [volume] = cluster.volumes
if (volume === undefined) throw new TypeError('the example has a volume')

const node = (more: object) => ({
  nodeName: first.name,
  kernel: '6.1',
  id: 'debian',
  version: '12',
  uid: 0,
  ...more,
})
const em1 = { hasCarrier: true, mtu: 1500, addresses: ['192.168.0.210/24'] }
const em2 = { hasCarrier: true, mtu: 1500, addresses: ['172.16.0.210/24'] }
const em3 = { hasCarrier: true, mtu: 1500, addresses: ['172.16.100.210/24'] }
const overEm3 = reach('172.16.100.211', { nic: 'em3', mtu: 1500 })
const [vip] = cluster.vips
if (vip === undefined) throw new TypeError('the example has a VIP')
const vipOfFirst = vipUser(vip, cluster.nodes[1].links[vip.link]?.address ?? '')
const hosts = (content: string) =>
  present({ kind: 'file' as const, mode: '0644', owner: 'root:root', content })
export const onDisk = (more: Partial<Disk>) => present({ ...blankDisk, ...more })
export const sdb = disk('/dev/sdb')
export const state = (more: object) =>
  present({
    load: 'loaded',
    enabled: 'disabled',
    active: 'inactive',
    needsReload: false,
    dropIns: [],
    ...more,
  })
export const nfs = unit('nfs-server.service')

/** Name, what is found on the first node instead, and the one result that follows. */
export type Case = readonly [string, Probe<unknown>, Fact<unknown>, string, CheckOutcome, RegExp]

export const cases: readonly Case[] = [
  ['another name', os, present(node({ nodeName: 'debian' })), 'node-name', 'fail', /uname -n prints debian/],
  [
    'another case',
    os,
    present(node({ nodeName: first.name.toLowerCase() })),
    'node-name',
    'fail',
    /uname -n/,
  ],
  ['another release', os, present(node({ version: '11' })), 'platform', 'fail', /debian-11/],
  ['not root', os, present(node({ uid: 1000 })), 'root', 'fail', /user id 1000/],
  [
    'networkd takes the VIP away',
    networkTools,
    present({ em1: { tool: 'systemd-networkd' as const, file: '/etc/systemd/network/em1.network' } }),
    'network-tool',
    'warn',
    /takes foreign addresses and routes away.*: the monitor puts them back/,
  ],
  ['no NIC', interfaces, present({ em1, em2 }), 'links', 'fail', /no interface em3; there are em1, em2/],
  [
    'no address',
    interfaces,
    present({ em1, em2, em3: { ...em3, addresses: [] } }),
    'links',
    'fail',
    /no IPv4/,
  ],
  [
    'wrong prefix',
    interfaces,
    present({ em1, em2, em3: { ...em3, addresses: ['172.16.100.210/16'] } }),
    'links',
    'fail',
    /\/16/,
  ],
  [
    'no carrier',
    interfaces,
    present({ em1, em2, em3: { ...em3, hasCarrier: false } }),
    'links',
    'fail',
    /carrier/,
  ],
  ['another MTU', interfaces, present({ em1, em2, em3: { ...em3, mtu: 9000 } }), 'links', 'warn', /9000/],
  [
    'silent peer',
    overEm3,
    present({ answers: false, takesFullSize: false }),
    'reach',
    'fail',
    /link em3 does not answer/,
  ],
  [
    'small packets only',
    overEm3,
    present({ answers: true, takesFullSize: false }),
    'reach',
    'fail',
    /1500 bytes/,
  ],
  [
    'silent ping node',
    reach('192.168.0.1'),
    present({ answers: false, takesFullSize: false }),
    'reach',
    'warn',
    /192\.168\.0\.1/,
  ],
  [
    'VIP of another',
    vipOfFirst,
    present({ by: 'other' as const, mac: '52:54:00:00:00:99' }),
    'addresses',
    'fail',
    /answered twice.*another machine uses it, which has the MAC address 52:54:00:00:00:99$/,
  ],
  [
    'VIP of another, behind a router',
    vipOfFirst,
    present({ by: 'other' as const }),
    'addresses',
    'fail',
    /another machine uses it, which is not seen: it is behind a router$/,
  ],
  ['no disk', sdb, absent(), 'disk', 'fail', /does not exist/],
  [
    'a file system',
    sdb,
    onDisk({ blank: false, signatures: [{ type: 'ext4', offset: '0x438', uuid: 'u-1' }] }),
    'disk',
    'fail',
    /ext4 u-1/,
  ],
  ['partitions', sdb, onDisk({ blank: false, partitions: ['sdb1'] }), 'disk', 'fail', /sdb1/],
  ['unknown data', sdb, onDisk({ blank: false }), 'disk', 'fail', /unknown kind/],
  ['mounted', sdb, onDisk({ mountedAt: ['/mnt'] }), 'disk', 'fail', /mounted at \/mnt/],
  ['held', sdb, onDisk({ heldBy: ['dm-0'] }), 'disk', 'fail', /dm-0/],
  ['read-only', sdb, onDisk({ readOnly: true }), 'disk', 'fail', /read-only/],
  [
    'of another resource',
    sdb,
    onDisk({ attachedTo: { minor: 7, resource: 'x' } }),
    'disk',
    'fail',
    /resource x/,
  ],
  ['larger', sdb, onDisk({ bytes: blankDisk.bytes * 2 }), 'disk', 'warn', /larger than M2/],
  [
    'foreign metadata',
    drbdMetadata(cluster, first, volume),
    present({ ...freshMetadata, lineage: 'none' as const }),
    'disk',
    'warn',
    /not recorded/,
  ],
  ['no module', kernelModule('drbd'), absent(), 'module', 'fail', /no module drbd/],
  ['DRBD 9', kernelModule('drbd'), present({ loaded: true, version: '9.2.8' }), 'module', 'fail', /9\.2\.8/],
  ['no candidate', packages(cluster.packages), present({}), 'packages', 'warn', /heartbeat/],
  [
    '2 s apart',
    clock,
    present({ nowMs: 1_763_641_237_000, isSynchronised: true }),
    'clock',
    'warn',
    /2\.4 s apart/,
  ],
  [
    'minutes apart',
    clock,
    present({ nowMs: 1_763_641_434_567, isSynchronised: true }),
    'clock',
    'warn',
    /200\.0 s apart, and nothing tells/,
  ],
  [
    'not synchronised',
    clock,
    present({ nowMs: 1_763_641_234_567, isSynchronised: false }),
    'time-sync',
    'warn',
    /chrony runs/,
  ],
  [
    'port taken',
    listeners,
    present([{ protocol: 'udp', port: 694, program: 'x' }]),
    'ports',
    'fail',
    /694\/udp \(heartbeat\) is taken by x/,
  ],
  [
    'NFS in user space',
    listeners,
    present([{ protocol: 'tcp', port: 2049, program: 'ganesha.nfsd' }]),
    'ports',
    'fail',
    /ganesha/,
  ],
  [
    'shut',
    firewall,
    present({ filters: true, accepted: ['tcp/22', 'tcp/2049'] }),
    'firewall',
    'warn',
    /694\/udp 7788\/tcp$/,
  ],
  [
    'SELinux',
    security,
    present({ selinux: 'enforcing' as const, profiles: [] }),
    'security',
    'warn',
    /SELinux/,
  ],
  [
    'AppArmor',
    security,
    present({ selinux: 'off' as const, profiles: ['rpc.mountd'] }),
    'security',
    'warn',
    /rpc\.mountd/,
  ],
  ['NFS at boot', nfs, unitFromPackage(true), 'nfs-at-boot', 'warn', /starts at boot/],
  ['NFS of others', nfs, state({ active: 'active' }), 'nfs-at-boot', 'warn', /serves something else/],
  [
    'upgrades',
    unattendedUpgrades,
    present({ isOn: true, blacklist: ['nfs-'] }),
    'upgrades',
    'warn',
    /: heartbeat drbd-utils rpcbind$/,
  ],
  [
    'pacemaker',
    otherManagers,
    present([{ unit: 'pacemaker.service', isActive: true, isEnabled: true }]),
    'other-cluster',
    'fail',
    /pacemaker/,
  ],
  [
    'keepalived, off',
    otherManagers,
    present([{ unit: 'keepalived.service', isActive: false, isEnabled: false }]),
    'other-cluster',
    'warn',
    /keepalived/,
  ],
  [
    'own name on 127.0.1.1',
    file('/etc/hosts'),
    hosts('127.0.0.1 localhost\n127.0.1.1 m1.redhat.sx m1\n'),
    'names',
    'warn',
    /line 2 says that m1\.redhat\.sx m1 is 127\.0\.1\.1/,
  ],
  [
    'peer at a wrong address',
    file('/etc/hosts'),
    hosts('10.0.0.9 M2.redhat.sx\n'),
    'names',
    'fail',
    /10\.0\.0\.9/,
  ],
]
