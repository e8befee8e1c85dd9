import type { Explanation } from './explain.ts'

/* What each preflight check of `nfsha check` looks at, and why; by check id. */

type Text = readonly [title: string, text: string]

const texts: Readonly<Record<string, Text>> = {
  reachable: ['The node answers', 'SSH connects, the host key is known, and a shell runs.'],
  'node-name': [
    'The node has its name',
    'heartbeat and DRBD compare `uname -n` with the names in their files, and refuse to start otherwise.',
  ],
  platform: [
    'The node runs the platform',
    "Paths, packages and dialects are those of the inventory's platform.",
  ],
  root: ['Commands run as root', 'Directly, or through sudo, which must work without a terminal.'],
  links: [
    'Interfaces are there and up',
    'With the MTU that the inventory says, and a broadcast address where heartbeats are broadcast: heartbeat asks the interface for it, and without one nothing arrives.',
  ],
  reach: [
    'The peer answers over each link',
    'With packets of the full MTU: a smaller one in between shows only under load.',
  ],
  'network-tool': [
    'What manages the links leaves our addresses alone',
    "To the tool of the network a VIP and the host routes are foreign. systemd-networkd takes them away whenever it starts anew (also by an upgrade), unless KeepConfiguration=static; ifupdown at each ifdown; NetworkManager when it sets the link up anew. The monitor puts them back as soon as the link has the node's own address again; clients wait that long.",
  ],
  addresses: [
    'Addresses are where the inventory says',
    "And the VIP is nobody else's. nfsha never configures addresses.",
  ],
  witness: [
    'The witnesses answer',
    'Each ping address and TCP port below fencing.witness, from both nodes. A node that does not reach more than half of them when it loses its peer counts itself as cut off.',
  ],
  stonith: [
    'The STONITH devices are well',
    'With fencing.mode stonith each node asks the devices that reset the other one for their status (`stonith -S`), and their plugins for the names of their parameters. Nobody is reset. Before the first deploy there is nothing to ask yet: run `nfsha check` again after it.',
  ],
  disk: [
    'The backing disk is there and free',
    'Size, signatures, holders, mounts; on a live pair our own metadata is fine.',
  ],
  devices: [
    "heartbeat's devices are there",
    'Serial ports and the watchdog: heartbeat goes on without a watchdog that is missing, and says nothing.',
  ],
  module: ['The DRBD module is available', "For the running kernel, in the platform's dialect."],
  packages: ['The packages can be installed', 'Known to apt, and dpkg has nothing half-done.'],
  clock: ['The clocks agree', 'Logs and leases of both nodes are compared.'],
  'time-sync': ['Something keeps the clock', 'One service, not several.'],
  ports: ['The ports are free, or ours', 'heartbeat, DRBD and NFS each have theirs.'],
  firewall: ['No firewall is in the way', 'Rules that would drop heartbeat, DRBD or NFS.'],
  security: [
    'SELinux and AppArmor let the services work',
    "An enforcing policy may stop DRBD's helpers or the group script.",
  ],
  names: [
    'Names resolve as they should',
    "A line 127.0.1.1 for the node's own name makes services listen on or announce the loopback address.",
  ],
  'vip-name': [
    'Clients of NFS 3 can be told to reclaim their locks',
    'sm-notify looks up the name of the VIP first, and notifies nobody where no name server answers and /etc/hosts does not know it. Only where `hosts: { manage: off }` leaves that to you: nfsha names the VIPs otherwise.',
  ],
  kerberos: [
    'Clients can come by Kerberos',
    'Where an export says sec=krb5, krb5i or krb5p: each node has a keytab with a principal nfs/NAME, and what reads it. NAME is the one by which clients mount, which must lead to the VIP, and the VIP back to it; both nodes have the same key, since either may serve. The clocks of all must agree within five minutes.',
  ],
  netgroups: [
    'Netgroups are known',
    'Where an export names one: rpc.mountd asks the directory of the node for each client that mounts, and both nodes must know the netgroup. Who is in it is not looked at.',
  ],
  'nfs-at-boot': [
    'The NFS server is not started at boot',
    'Only heartbeat may start it, on the one node that serves.',
  ],
  upgrades: [
    'Unattended upgrades leave the services alone',
    'An upgrade that restarts nfs-server on the active node interrupts every client.',
  ],
  'other-cluster': [
    'No other cluster manager is there',
    'pacemaker, corosync or keepalived would act on the same addresses and disks.',
  ],
  'heartbeat-identity': [
    'The nodes are two to heartbeat',
    'Cloned machines share a heartbeat UUID: remove /var/lib/heartbeat/hb_uuid on one.',
  ],
}

export const checkExplanations: readonly Explanation[] = Object.entries(texts).map(([id, [title, text]]) => ({
  id,
  kind: 'check',
  title,
  text,
}))
