import type { Cluster } from '../core/cluster.ts'
import type { HeartbeatMedium } from '../core/settings.ts'
import { labPlugin } from './fence-plugin.ts'

/** The inventory's `lab:` key with its defaults resolved; the schema is src/inventory/schema-lab. */
export interface LabSettings {
  readonly directory: string
  readonly accel: 'auto' | 'kvm' | 'tcg'
  readonly network: 'isolated' | 'open'
  /** MiB. */
  readonly memory: { readonly node: number; readonly client: number }
  /** MiB, data disks of each node. */
  readonly disks: readonly number[]
  /** Name of the client guest where the inventory lists none. */
  readonly client: string
  /** TCP ports on loopback that lead to a guest's SSH, by host name. */
  readonly ports: Readonly<Record<string, number>>
  readonly portBase: number
}

/** A NIC of a guest, renamed by its MAC to what the inventory calls it. */
export interface NicSpec {
  /** Link name of the inventory. */
  readonly link: string
  readonly nic: string
  readonly mac: string
  readonly mtu: number
  /** `address/prefix`, the first one primary. */
  readonly addresses: readonly string[]
}

export interface MachineSpec {
  readonly name: string
  readonly role: 'node' | 'client'
  /** From 0, nodes first: makes MACs and management addresses unique. */
  readonly index: number
  readonly memoryMiB: number
  /** On 127.0.0.1, forwarded to the guest's port 22. */
  readonly sshPort: number
  readonly nics: readonly NicSpec[]
  /** MiB: /dev/vdb and on. */
  readonly disksMiB: readonly number[]
  /** Whether the lab's fence device resets it; absent where the inventory names no such device. */
  readonly fenced?: true
}

/** A link as the lab builds it: two nodes on a cable, or everybody on a switch of its own process. */
export interface WireSpec {
  readonly link: string
  readonly kind: 'cable' | 'switch'
  /** Machine names. */
  readonly members: readonly string[]
}

/** Everything that decides how the guests are started: frozen, plain data. */
export interface LabSpec {
  readonly name: string
  readonly accel: 'auto' | 'kvm' | 'tcg'
  readonly network: 'isolated' | 'open'
  /** The nodes, then the clients. */
  readonly machines: readonly MachineSpec[]
  readonly wires: readonly WireSpec[]
}

/** What of the Cluster the lab needs. */
export type LabCluster = Pick<Cluster, 'name' | 'nodes' | 'clients' | 'links' | 'vips' | 'timeSync'> & {
  readonly fencing: Pick<Cluster['fencing'], 'devices'>
  readonly heartbeat: {
    readonly pingGroups: Cluster['heartbeat']['pingGroups']
    readonly media: readonly HeartbeatMedium[]
  }
}

/** The lab of a cluster: names, NICs and addresses from the inventory, sizes from its `lab:` key. */
export function labSpec(cluster: LabCluster, settings: LabSettings): LabSpec {
  const clientNames =
    cluster.clients.length === 0 ? [settings.client] : cluster.clients.map(({ name }) => name)
  const names = [...cluster.nodes.map(({ name }) => name), ...clientNames]
  const ports = sshPorts(cluster, settings, names)
  const nodes = cluster.nodes.map(
    (node, index): MachineSpec => ({
      name: node.name,
      role: 'node',
      index,
      memoryMiB: settings.memory.node,
      sshPort: ports[index] ?? settings.portBase,
      nics: cluster.links.flatMap((link, at): readonly NicSpec[] => {
        const end = node.links[link.name]
        if (end === undefined) return []
        const addresses = [`${end.address}/${end.prefix}`]
        return [{ link: link.name, nic: end.nic, mac: macOf(index, at), mtu: link.mtu, addresses }]
      }),
      disksMiB: settings.disks,
      ...(usesLabPlugin(cluster) ? { fenced: true as const } : {}),
    }),
  )
  const clients = clientNames.map((name, at): MachineSpec => {
    const index = nodes.length + at
    return {
      name,
      role: 'client',
      index,
      memoryMiB: settings.memory.client,
      sshPort: ports[index] ?? settings.portBase,
      nics: switchedLinks(cluster).map(
        (link): NicSpec => ({
          link: link.name,
          nic: link.name,
          mac: macOf(index, cluster.links.indexOf(link)),
          mtu: link.mtu,
          addresses: clientAddresses(cluster, link.name, at),
        }),
      ),
      disksMiB: [],
    }
  })
  const switched = new Set(switchedLinks(cluster).map(({ name }) => name))
  return {
    name: cluster.name,
    accel: settings.accel,
    network: settings.network,
    machines: [...nodes, ...clients],
    wires: cluster.links.map(({ name }) =>
      switched.has(name)
        ? { link: name, kind: 'switch', members: names }
        : { link: name, kind: 'cable', members: cluster.nodes.map(node => node.name) },
    ),
  }
}

function usesLabPlugin({ fencing }: LabCluster): boolean {
  return Object.values(fencing.devices)
    .flat()
    .some(({ plugin }) => plugin === labPlugin)
}

/** Clients are on the links that carry a VIP or the service. */
function switchedLinks(cluster: LabCluster): LabCluster['links'] {
  const vipLinks = new Set(cluster.vips.map(({ link }) => link))
  return cluster.links.filter(({ name, roles }) => roles.includes('service') || vipLinks.has(name))
}

/** Locally administered; QEMU's own prefix. Unique in a lab, equal in every one: the wires never meet. */
function macOf(machine: number, nic: number): string {
  return `52:54:00:4e:${hexByte(machine)}:${hexByte(nic + 1)}`
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0')
}

/**
 * The first client is the neighbour that the inventory's ping nodes and time servers name, as far as
 * these lie in the link's network. It and every other client also get an address from the network's end.
 */
function clientAddresses(cluster: LabCluster, link: string, at: number): readonly string[] {
  const end = cluster.nodes[0].links[link]
  if (end === undefined) return []
  const taken = new Set([
    ...cluster.nodes.flatMap(node => (node.links[link] === undefined ? [] : [node.links[link].address])),
    ...cluster.vips.map(({ address }) => address),
  ])
  const wanted = [...cluster.heartbeat.pingGroups.flat(), ...cluster.timeSync.servers]
  const inNetwork = (address: string) =>
    !taken.has(address) && networkOf(address, end.prefix) === networkOf(end.address, end.prefix)
  const named = [...new Set(wanted)].filter(inNetwork)
  const free = fromTheEnd(end.address, end.prefix).filter(
    address => !taken.has(address) && !named.includes(address),
  )
  const own = free[at]
  const addresses = [...(at === 0 ? named : []), ...(own === undefined ? [] : [own])]
  return addresses.map(address => `${address}/${end.prefix}`)
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}

/** NaN for a name: it equals nothing. */
function networkOf(address: string, prefix: number): number {
  return Math.floor(toNumber(address) / 2 ** (32 - prefix))
}

/** The last host addresses of the network, highest first: at most 64, for more clients than anybody has. */
function fromTheEnd(address: string, prefix: number): readonly string[] {
  const size = 2 ** (32 - prefix)
  const first = networkOf(address, prefix) * size
  const count = Math.max(0, Math.min(64, size - 2))
  return Array.from({ length: count }, (_, back) => toAddress(first + size - 2 - back))
}

function sshPorts(cluster: LabCluster, settings: LabSettings, names: readonly string[]): readonly number[] {
  const targets = new Map([...cluster.nodes, ...cluster.clients].map(({ name, ssh }) => [name, ssh]))
  return names.map((name, index) => {
    const target = targets.get(name)
    const isLoopback = target !== undefined && /^(127\.\d+\.\d+\.\d+|localhost)$/.test(target.host)
    const own = isLoopback && target.jump === undefined ? target.port : undefined
    return settings.ports[name] ?? own ?? settings.portBase + index
  })
}
