import type { Platform } from './platform.ts'
import type { Secret } from './secret.ts'
import type {
  DrbdSettings,
  FencingSettings,
  HeartbeatSettings,
  MonitorSettings,
  NfsSettings,
  TimeSync,
} from './settings.ts'

/*
 * The Cluster: what an inventory means, with every default resolved and every reference checked.
 * Frozen, plain data; made by inventory/cluster, read by everything else.
 */

/** How to reach a host by SSH. Absent fields are left to `~/.ssh/config` and OpenSSH's defaults. */
export interface SshTarget {
  readonly host: string
  readonly port?: number
  readonly user?: string
  readonly identityFile?: string
  readonly knownHostsFile?: string
  /** Run as root through sudo when the user is not root. */
  readonly become: boolean
  readonly becomePassword?: Secret
  readonly passphrase?: Secret
  readonly password?: Secret
  /** ProxyJump: `user@host:port`, several separated by commas, as ssh(1) -J. */
  readonly jump?: string
  readonly connectTimeoutMs: number
  readonly keepaliveMs: number
}

/** An address on a network, IPv4: `address` dotted, `prefix` in bits, `network` the network's address. */
export interface Address {
  readonly address: string
  readonly prefix: number
  readonly network: string
}

/** A node's end of a link. `nic` is the interface's name on this node. */
export interface NodeLink extends Address {
  readonly nic: string
}

export type LinkRole = 'service' | 'heartbeat' | 'replication'

export interface Link {
  readonly name: string
  readonly roles: readonly LinkRole[]
  /** Bytes; checked on the path between the nodes. */
  readonly mtu: number
}

export interface Node {
  /** Exactly as `uname -n` prints it. */
  readonly name: string
  /** `node` or `client`: a client's failure never blocks the nodes. */
  readonly kind: 'node'
  readonly ssh: SshTarget
  /** By link name. */
  readonly links: Readonly<Record<string, NodeLink>>
  /** Backing disk by volume name: an absolute device path. */
  readonly disks: Readonly<Record<string, string>>
  readonly aliases: readonly string[]
}

export interface Client {
  readonly name: string
  readonly kind: 'client'
  readonly ssh: SshTarget
  readonly mounts: readonly ClientMount[]
  /** The indirect map of autofs(5), in which all mounts by autofs are; missing: none is. */
  readonly autofs?: {
    /** The directory that autofs stands over; a mount's key is its name in there. */
    readonly base: string
    readonly idleSeconds: number
  }
  /** The watchdog of the mounts; missing: none. */
  readonly watch?: { readonly everySeconds: number; readonly patienceSeconds: number }
}

/** What a client mounts through the first VIP, and where. */
export interface ClientMount {
  readonly export: string
  readonly path: string
  readonly options: readonly string[]
  /**
   * `boot`: mounted at boot and by deploy; `automount`: by systemd, when somebody looks
   * (systemd.automount(5)); `autofs`: by autofs, when somebody looks, and unmounted when idle.
   */
  readonly by: 'boot' | 'automount' | 'autofs'
}

export type Host = Node | Client

/** What a client mounts, as mount(8) and mountinfo name it: through the first VIP. */
export function mountSource({ vips }: Pick<Cluster, 'vips'>, { export: path }: ClientMount): string {
  return `${vips[0]?.address ?? ''}:${path}`
}

export interface Vip extends Address {
  readonly link: string
}

export interface Volume {
  /** DRBD resource name. */
  readonly name: string
  readonly minor: number
  /** `/dev/drbdN`. */
  readonly device: string
  readonly port: number
  readonly mountPoint: string
  readonly fsType: 'ext4' | 'xfs'
  readonly mkfsOptions: readonly string[]
  readonly mountOptions: readonly string[]
  readonly initialSync: 'skip' | 'full'
  /** The first volume carries the NFS client database and our state. */
  readonly carriesState: boolean
}

export interface ExportClient {
  /** A CIDR, an address, a host name, `@netgroup` or `*`, as exports(5). */
  readonly match: string
  readonly options: readonly string[]
}

export interface Export {
  readonly path: string
  /** Name of the volume that holds it. */
  readonly volume: string
  readonly owner: string
  readonly group: string
  /** Octal, four digits. */
  readonly mode: string
  /** UUID or small number, exports(5) `fsid=`. */
  readonly fsid: string
  readonly clients: readonly ExportClient[]
}

/** A /32 route to the peer over a link. */
export interface HostRoute {
  readonly destination: string
  readonly nic: string
  readonly source: string
}

export interface HostsEntry {
  readonly address: string
  readonly names: readonly string[]
}

export interface ClusterSecrets {
  /** Salt of the fingerprints. `saltIsEphemeral`: made for this run only, so print "changed" instead. */
  readonly salt: Secret
  readonly saltIsEphemeral: boolean
  /** Every secret of the inventory, for masking and for the leak tests. */
  readonly all: readonly Secret[]
}

export interface Cluster {
  readonly name: string
  readonly platform: Platform
  readonly nodes: readonly [Node, Node]
  /** Name of the node that heartbeat prefers (the first word of haresources). */
  readonly preferredNode: string
  readonly clients: readonly Client[]
  readonly links: readonly Link[]
  readonly vips: readonly Vip[]
  readonly volumes: readonly Volume[]
  readonly exports: readonly Export[]
  /** `lean`: our one script; `standard`: the articles' chain of agents. */
  readonly group: 'lean' | 'standard'
  readonly heartbeat: HeartbeatSettings
  readonly drbd: DrbdSettings
  readonly fencing: FencingSettings
  readonly nfs: NfsSettings
  readonly monitor: MonitorSettings
  /** By node name. Empty when switched off. */
  readonly hostRoutes: Readonly<Record<string, readonly HostRoute[]>>
  readonly hostsEntries: readonly HostsEntry[]
  readonly timeSync: TimeSync
  /** Desired packages, platform's and the inventory's extra ones, sorted, without duplicates. */
  readonly packages: readonly string[]
  readonly secrets: ClusterSecrets
}

/** The other node. */
export function peerOf(cluster: Cluster, nodeName: string): Node {
  const [first, second] = cluster.nodes
  return first.name === nodeName ? second : first
}

/** The volume that carries the client database and our state; an inventory without one does not load. */
export function stateVolume(cluster: Cluster): Volume {
  const found = cluster.volumes.find(volume => volume.carriesState)
  if (found === undefined) throw new TypeError('a cluster has a state volume')
  return found
}

/** Names of links that carry a role. */
export function linksFor(cluster: Cluster, role: LinkRole): readonly Link[] {
  return cluster.links.filter(link => link.roles.includes(role))
}
