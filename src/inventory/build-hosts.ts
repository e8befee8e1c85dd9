import type {
  Address,
  Client,
  HostRoute,
  HostsEntry,
  Link,
  Node,
  NodeLink,
  SshTarget,
  Vip,
} from '../core/cluster.ts'
import type { Secret } from '../core/secret.ts'
import type { Inventory } from './schema.ts'
import { type Cidr, contains, networkOf, parentOf } from './text.ts'

/** What the world around an inventory lends to it: its secrets by name, and how its paths are meant. */
export interface Surroundings {
  /** The secret that a reference stands for, by its name: `authkey`, `nodes.m1.ssh.passphrase`. */
  secretOf(name: string): Secret | undefined
  /** A path of the controller, made absolute: `~` and the inventory's folder resolved. */
  controllerPath(path: string): string
}

export function addressOf(cidr: Cidr): Address {
  return { address: cidr.address, prefix: cidr.prefix, network: networkOf(cidr) }
}

function nodeLinks(links: Inventory['nodes'][string]['links']): Readonly<Record<string, NodeLink>> {
  return Object.fromEntries(
    Object.entries(links).map(([name, { nic, address }]) => [
      name,
      { nic: nic ?? name, ...addressOf(address) },
    ]),
  )
}

/** How to reach a host: what its own `ssh:` says, else the top-level one. `at` leads to the host. */
function sshTarget(
  all: Inventory['ssh'],
  own: Inventory['nodes'][string]['ssh'] = {},
  at: string,
  name: string,
  { secretOf, controllerPath }: Surroundings,
): SshTarget {
  const [identity, knownHosts] = [
    own['identity-file'] ?? all['identity-file'],
    own['known-hosts-file'] ?? all['known-hosts-file'],
  ]
  const secret = (key: 'become-password' | 'passphrase' | 'password') =>
    secretOf(own[key] === undefined ? `ssh.${key}` : `${at}.ssh.${key}`)
  return {
    host: own.host ?? name,
    become: own.become ?? all.become,
    connectTimeoutMs: own['connect-timeout'] ?? all['connect-timeout'],
    keepaliveMs: own.keepalive ?? all.keepalive,
    ...defined({
      port: own.port ?? all.port,
      user: own.user ?? all.user,
      jump: own.jump ?? all.jump,
      identityFile: identity === undefined ? undefined : controllerPath(identity),
      knownHostsFile: knownHosts === undefined ? undefined : controllerPath(knownHosts),
      becomePassword: secret('become-password'),
      passphrase: secret('passphrase'),
      password: secret('password'),
    }),
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The object without the keys that hold undefined. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>
}

/** The disk of a volume on a node, whichever form it was written in. */
export function diskOf(volume: Inventory['volumes'][string], node: string): string | undefined {
  if (typeof volume.disk === 'string') return volume.disk
  return Object.hasOwn(volume.disk, node) ? volume.disk[node] : undefined
}

/** The aliases as written, or else the first part of the name where no other host shares it. */
export function aliasesOf({ nodes, clients }: Inventory, name: string): readonly string[] {
  const written = nodes[name]?.aliases
  if (written !== undefined) return written
  const shortOf = (each: string) => each.split('.', 1)[0]?.toLowerCase()
  const others = [...Object.keys(nodes), ...Object.keys(clients)].filter(each => each !== name)
  const short = name.split('.', 1)[0] ?? name
  return short === name || others.some(each => shortOf(each) === shortOf(name)) ? [] : [short]
}

export function buildNode(inventory: Inventory, name: string, around: Surroundings): Node | undefined {
  const written = inventory.nodes[name]
  if (written === undefined) return undefined
  return {
    name,
    kind: 'node',
    ssh: sshTarget(inventory.ssh, written.ssh, `nodes.${name}`, name, around),
    links: nodeLinks(written.links),
    disks: Object.fromEntries(
      Object.entries(inventory.volumes).map(([volume, each]) => [volume, diskOf(each, name) ?? '']),
    ),
    aliases: aliasesOf(inventory, name),
  }
}

export function buildClients(inventory: Inventory, around: Surroundings): readonly Client[] {
  return Object.entries(inventory.clients).map(([name, written]) => ({
    name,
    kind: 'client',
    ssh: sshTarget(inventory.ssh, written.ssh, `clients.${name}`, name, around),
    mounts: written.mounts,
    ...autofsOf(written),
    ...(written.watch !== 'off' && {
      watch: {
        everySeconds: written.watch.every / 1000,
        patienceSeconds: written.watch.patience / 1000,
      },
    }),
  }))
}

/** All mounts by autofs lie in one directory: `checkClients` has seen to that. */
function autofsOf({ mounts, 'autofs-idle': idle }: Inventory['clients'][string]): Pick<Client, 'autofs'> {
  const first = mounts.find(({ by }) => by === 'autofs')
  return first === undefined ? {} : { autofs: { base: parentOf(first.path), idleSeconds: idle / 1000 } }
}

export function buildLinks(inventory: Inventory): readonly Link[] {
  return Object.entries(inventory.links).map(([name, { for: roles, mtu }]) => ({ name, roles, mtu }))
}

/** A VIP on the link that it names, or on the service link whose network holds it, or on the first service link. */
export function buildVip(
  { address, link: named }: Inventory['vips'][number],
  node: Node,
  links: readonly Link[],
): Vip {
  const ends = links
    .filter(link => link.roles.includes('service'))
    .flatMap(({ name }) => (node.links[name] === undefined ? [] : [{ name, end: node.links[name] }]))
  const home =
    ends.find(({ name }) => name === named) ??
    ends.find(({ end }) => contains(end, address.address)) ??
    ends[0]
  const prefix = address.prefix ?? home?.end.prefix ?? 32
  return { ...addressOf({ address: address.address, prefix }), link: home?.name ?? '' }
}

/** Routes from a node to its peer, on links without service traffic unless links are named. */
export function buildRoutes(
  inventory: Inventory,
  links: readonly Link[],
  node: Node,
  peer: Node,
): readonly HostRoute[] {
  const { routes } = inventory
  const chosen = links.filter(link =>
    Array.isArray(routes) ? routes.includes(link.name) : routes && !link.roles.includes('service'),
  )
  return chosen.flatMap(({ name }) => {
    const [own, other] = [node.links[name], peer.links[name]]
    // Beyond the prefix a route without a gateway would lead nowhere.
    if (own === undefined || other === undefined || !contains(own, other.address)) return []
    return [{ destination: other.address, nic: own.nic, source: own.address }]
  })
}

export function buildHosts(
  inventory: Inventory,
  nodes: readonly Node[],
  links: readonly Link[],
): readonly HostsEntry[] {
  if (!inventory.hosts.manage) return []
  const service = links.find(link => link.roles.includes('service'))
  const own = nodes.flatMap(node => {
    const end = service === undefined ? undefined : node.links[service.name]
    return end === undefined ? [] : [{ address: end.address, names: [node.name, ...node.aliases] }]
  })
  const vips = inventory.vips
    .filter(vip => vip.names.length > 0)
    .map(vip => ({ address: vip.address.address, names: vip.names }))
  return [...own, ...vips, ...inventory.hosts.extra]
}
