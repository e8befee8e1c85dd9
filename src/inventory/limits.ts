/* What nfsha does not do, on purpose: told by name, with the reason and the way, wherever somebody asks for it. */

/** A deliberate limit. */
export interface Limit {
  readonly id: string
  readonly title: string
  /** Keys by which people ask for it. */
  readonly keys: readonly string[]
  readonly reason: string
  /** What to do instead. */
  readonly way: string
}

export const activeActive: Limit = {
  id: 'active-active',
  title: 'One group, on one node at a time',
  keys: ['active-active', 'allow-two-primaries', 'become-primary-on', 'groups'],
  reason:
    'active/active is not possible here, because the kernel has one nfsd, one server scope and one client database a node, so all volumes and VIPs move together',
  way: 'remove it; for two active nodes make two pairs, or let one pair serve all volumes',
}

export const twoNodes: Limit = {
  id: 'two-nodes',
  title: 'Two nodes',
  keys: ['quorum', 'quorum-device', 'arbiter', 'tiebreaker', 'tie-breaker', 'stacked-on-top-of'],
  reason: "heartbeat's haresources and DRBD 8.4 connect two nodes, so there is no majority of nodes to ask",
  way: 'name two nodes; a third opinion is a witness, which runs nothing of nfsha: `fencing: { mode: witness }`',
}

export const limits: readonly Limit[] = [
  activeActive,
  twoNodes,
  {
    id: 'protocol',
    title: 'DRBD replicates by protocol C',
    keys: ['protocol'],
    reason:
      'DRBD replicates by protocol C, always: A and B acknowledge writes that the other node does not have on its disk yet, and a takeover loses them',
    way: 'remove it; where the link between the nodes is too slow for C, so is the service',
  },
  {
    id: 'external-metadata',
    title: "DRBD's metadata lie on the disk that they describe",
    keys: ['meta-disk', 'flexible-meta-disk', 'external-metadata'],
    reason:
      "DRBD's metadata are internal, at the end of the volume's disk: by them a disk is known for what it is before anything is written to it, and metadata elsewhere could be lost, or paired with another disk",
    way: 'remove it; take a disk or LV that is blank, about 32 MiB larger for each TiB',
  },
  {
    id: 'lvm-on-drbd',
    title: 'The file system stands on DRBD itself',
    keys: ['lvm', 'vg', 'lv', 'pv', 'volume-group', 'logical-volume'],
    reason:
      'the file system stands on DRBD itself: LVM above DRBD finds its signature on the backing disk too, and activates what only the other node may use',
    way: 'remove it; put LVM below, as `disk: /dev/vg0/data`: a volume grows by lvextend on both nodes and `nfsha deploy`',
  },
  {
    id: 'ipv6',
    title: 'IPv4 only',
    keys: ['ipv6'],
    reason: 'IPv6 is not supported: heartbeat 3 sends its ucast, bcast and mcast by IPv4',
    way: 'remove it, and use IPv4 addresses throughout',
  },
  {
    id: 'fixed-addresses',
    title: 'Addresses are fixed, and made by others',
    keys: ['dhcp', 'netmask'],
    reason:
      'nfsha configures no addresses, it checks them, and they are fixed: ha.cf, drbd.conf and the host routes name them',
    way: "remove it; configure the interfaces by the distribution's own means, and write the address with its prefix",
  },
  {
    id: 'heartbeat-alone',
    title: 'heartbeat manages the group, by haresources',
    keys: ['crm', 'pacemaker', 'corosync', 'keepalived', 'haresources'],
    reason: 'only haresources mode is supported, and haresources is generated',
    way: 'remove it; say `group: lean` or `group: standard`',
  },
]
