import { type Cluster, type Node, peerOf, type Vip } from '../../src/core/cluster.ts'
import { absent, type Fact, type Facts, type HostFacts, present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { disk } from '../../src/facts/block.ts'
import { characterDevice } from '../../src/facts/device.ts'
import { drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { file } from '../../src/facts/file.ts'
import { volumeContents } from '../../src/facts/filesystem.ts'
import { firewall } from '../../src/facts/firewall.ts'
import { interfaces } from '../../src/facts/interface.ts'
import { type Listener, listeners } from '../../src/facts/listener.ts'
import { kernelModule } from '../../src/facts/module.ts'
import { networkTools } from '../../src/facts/network-tool.ts'
import { os } from '../../src/facts/os.ts'
import { installed, packages } from '../../src/facts/package.ts'
import { reach } from '../../src/facts/reach.ts'
import { heartbeatUuid, otherManagers, security, unattendedUpgrades } from '../../src/facts/security.ts'
import { clock } from '../../src/facts/time.ts'
import { unit } from '../../src/facts/unit.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import { vipUser } from '../../src/facts/vip-user.ts'
import { running } from '../fixtures/os-facts.ts'
import { blankDisk, freshMetadata } from '../steps/storage-fixture.ts'

export function say<T>(probe: Probe<T>, fact: Fact<T>): readonly [string, Fact<unknown>] {
  return [probe.id, fact]
}

const answers = present({ answers: true, takesFullSize: true })

const userOf = (cluster: Cluster, node: Node, vip: Vip) =>
  vipUser(vip, peerOf(cluster, node.name).links[vip.link]?.address ?? '')

/** What every check is content with on a node that nothing was done to yet. */
function blank(cluster: Cluster, node: Node): HostFacts {
  const peer = cluster.nodes.find(({ name }) => name !== node.name) ?? node
  const ends = Object.values(node.links)
  return Object.fromEntries([
    say(
      os,
      present({
        nodeName: node.name,
        kernel: '6.1.0-25-amd64',
        id: 'debian',
        version: '12',
        uid: 0,
      }),
    ),
    say(
      interfaces,
      present(
        Object.fromEntries(
          ends.map(({ nic, address, prefix }) => [
            nic,
            { hasCarrier: true, mtu: 1500, addresses: [`${address}/${prefix}`] },
          ]),
        ),
      ),
    ),
    ...cluster.links.flatMap(({ name, mtu }) => {
      const [mine, theirs] = [node.links[name], peer.links[name]]
      return mine && theirs ? [say(reach(theirs.address, { nic: mine.nic, mtu }), answers)] : []
    }),
    say(networkTools, present({})),
    ...cluster.heartbeat.pingGroups.flat().map(address => say(reach(address), answers)),
    ...cluster.vips.map(vip => say(userOf(cluster, node, vip), present({ by: 'nobody' as const }))),
    say(vipsHeld(cluster.vips), present([])),
    ...cluster.volumes.flatMap(volume => [
      say(disk(node.disks[volume.name] ?? ''), present(blankDisk)),
      say(drbdMetadata(cluster, node, volume), absent()),
      say(volumeContents(node.disks[volume.name] ?? ''), present([])),
    ]),
    say(kernelModule('drbd'), present({ loaded: false, version: '8.4.11' })),
    say(kernelModule('nfsd'), present({ loaded: false })),
    say(kernelModule('softdog'), present({ loaded: false })),
    say(characterDevice('/dev/watchdog'), absent()),
    say(
      packages(cluster.packages),
      present(
        Object.fromEntries(
          cluster.packages.map(name => [name, { status: 'not-installed', hasCandidate: true }]),
        ),
      ),
    ),
    say(clock, present({ nowMs: 1_763_641_234_567, isSynchronised: true })),
    say(unit(cluster.platform.units.chrony), running),
    say(listeners, present<readonly Listener[]>([{ protocol: 'tcp', port: 22, program: 'sshd' }])),
    say(firewall, absent()),
    say(security, present({ selinux: 'off' as const, profiles: [] })),
    say(unit(cluster.platform.units.nfsServer), absent()),
    say(unit(cluster.platform.units.heartbeat), absent()),
    say(unattendedUpgrades, absent()),
    say(otherManagers, present([])),
    say(heartbeatUuid, absent()),
    say(
      file('/etc/hosts'),
      present({ kind: 'file' as const, mode: '0644', owner: 'root:root', content: '127.0.0.1 localhost\n' }),
    ),
  ])
}

/** A pair of bare nodes that is ready for a deploy. */
export function blankPair(cluster: Cluster): Facts {
  return Object.fromEntries(cluster.nodes.map(node => [node.name, blank(cluster, node)]))
}

/** The same pair after it: the first node serves. */
export function livePair(cluster: Cluster): Facts {
  return Object.fromEntries(
    cluster.nodes.map((node, at) => [node.name, { ...blank(cluster, node), ...serving(cluster, node, at) }]),
  )
}

function serving(cluster: Cluster, node: Node, at: number): HostFacts {
  const isActive = at === 0
  const off = present({
    load: 'loaded',
    enabled: 'disabled',
    active: isActive ? 'active' : 'inactive',
    needsReload: false,
    dropIns: [],
  })
  const kernel = (protocol: Listener['protocol'], port: number): Listener => ({ protocol, port, program: '' })
  return Object.fromEntries([
    say(kernelModule('drbd'), present({ loaded: true, version: '8.4.11' })),
    say(kernelModule('nfsd'), present({ loaded: true })),
    say(
      packages(cluster.packages),
      present(Object.fromEntries(cluster.packages.map(name => [name, installed]))),
    ),
    ...cluster.vips.map(vip =>
      say(userOf(cluster, node, vip), present({ by: isActive ? ('here' as const) : ('peer' as const) })),
    ),
    say(
      vipsHeld(cluster.vips),
      present(isActive ? cluster.vips.map(({ address }) => ({ address, nic: 'em1' })) : []),
    ),
    ...cluster.volumes.flatMap(volume => [
      say(
        disk(node.disks[volume.name] ?? ''),
        present({
          ...blankDisk,
          blank: false,
          signatures: [{ type: 'drbd', offset: '0x1ffff03c' }],
          heldBy: ['drbd0'],
          mountedAt: isActive ? [volume.mountPoint] : [],
          attachedTo: { minor: volume.minor, resource: volume.name },
        }),
      ),
      say(drbdMetadata(cluster, node, volume), present({ ...freshMetadata, justCreated: false })),
    ]),
    say(
      listeners,
      present<readonly Listener[]>([
        { protocol: 'udp', port: cluster.heartbeat.udpPort, program: 'heartbeat' },
        ...cluster.volumes.map(({ port }) => kernel('tcp', port)),
        kernel('tcp', 2049),
      ]),
    ),
    say(unit(cluster.platform.units.nfsServer), off),
    say(unit(cluster.platform.units.heartbeat), running),
    say(heartbeatUuid, present(`0123456789abcdef0123456789abcde${at}`)),
    say(
      file('/etc/hosts'),
      present({
        kind: 'file' as const,
        mode: '0644',
        owner: 'root:root',
        content: `127.0.0.1 localhost\n${cluster.hostsEntries.map(({ address, names }) => `${address}\t${names.join(' ')}\n`).join('')}`,
      }),
    ),
  ])
}
