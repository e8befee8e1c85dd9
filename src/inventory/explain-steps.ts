import type { Explanation } from './explain.ts'

/* What each step of the playbooks does and why it stands where it does; by step id. */

type Text = readonly [title: string, text: string]

const texts: Readonly<Record<string, Text>> = {
  'time-sync': [
    'Keep the clocks together',
    'Logs of two nodes can only be compared on one clock, and certificates, sudo and NFS leases mind a wrong one. First, because everything after it is logged.',
  ],
  'own-directories': [
    'Mend the directories on the way to our files',
    "A file may be all that it should be, and who needs it not get at it: below a directory that only root can search, ipfail and the other programs that heartbeat runs as its own user find nothing. Each directory on the way to a file of ours belongs to root and is not for everybody to write to; below heartbeat's own, everybody may read. Stricter modes elsewhere are left alone, and a directory that is not there is made by the step that writes into it.",
  ],
  hosts: [
    'Name both nodes in /etc/hosts',
    "A block between markers; the rest of the file is yours. Each node finds the other, and itself, without DNS. A line 127.0.1.1 for the node's own name makes heartbeat and statd use the loopback address: `check` says so.",
  ],
  packages: [
    'Install the packages',
    'Installed is what counts, not a version. During the installation policy-rc.d keeps services from starting, existing configuration files are kept, and recommended packages are left out: they would bring pacemaker and corosync.',
  ],
  rehearsal: [
    'Rehearse a takeover',
    'What only a takeover runs may fail there for the first time, and then on both nodes: so it is tried now, beside the service, with the files that deploy is about to write. What would fail is a refusal before anything is written. On nodes without their packages it is tried right after these.',
  ],
  'services-off': [
    'Leave the services to heartbeat',
    "nfs-server and its helpers, and drbd.service, do not start at boot: heartbeat's group starts them on the one node that serves. drbd@RESOURCE.target is enabled instead: it adjusts the resource at boot and never waits for the peer.",
  ],
  'host-routes': [
    'Route to the peer over the right link',
    "A /32 route to the peer's address on each link without service traffic, so that heartbeats and replication never leave by another interface. Verified by `ip route get`; kept over reboot by one systemd unit.",
  ],
  'kernel-modules': [
    'Load the kernel modules, now and at boot',
    "drbd must be loaded before the first drbdadm, which chooses its dialect by it; nfsd too, so that its settings can be read. A DRBD module of another dialect than the platform's is refused.",
  ],
  'drbd-config': [
    'Write the DRBD configuration',
    'global_common.conf and one .res a volume. In sync only when the kernel agrees: `drbdadm -d adjust` prints nothing. Options and the shared secret change while DRBD runs; a new address parts the nodes for a moment; a new minor or disk for a volume that runs is refused.',
  ],
  'drbd-create-md': [
    'Create the DRBD metadata',
    "The first step that writes to a disk. It looks at both nodes' disks again directly before, and refuses anything that is not provably blank, unless you name it with --allow-data-loss RESOURCE@NODE; then the signatures are saved first.",
  ],
  'drbd-up': [
    'Bring DRBD up',
    'Attaches the disk and begins to connect. After a crash it also replays the activity log.',
  ],
  'drbd-connected': [
    'Wait for DRBD to connect',
    'Both sides see each other. A split-brain or data without a common past is refused here: nobody guesses whose data to keep.',
  ],
  'drbd-initial-sync': [
    'Synchronise the volume',
    'On a virgin pair both sides are declared equal (initial-sync: skip) or copied in full (full). Where one side has data, that side is the source, proven by its generation identifiers, never guessed.',
  ],
  mkfs: [
    'Make the file system',
    'Promote, mkfs, label, demote, in one go, guarded by a look at both sides. The label is set last and an intent is written first, so that a half-made file system is recognised after a crash.',
  ],
  'mount-point': ['Make the mount point', 'An empty directory on both nodes, not on the volume.'],
  portmapper: [
    'Keep the portmapper where NFS 3 needs it',
    'nfsd signs on with rpcbind when it starts, and off when it ends, also where only NFS 4 is served; one that hangs was worth more than a minute at each, on the node that takes over too (seen in the lab). So rpcbind and statd get a condition that keeps them from starting unless `nfs: { v3: on }` or `portmapper: keep` says otherwise. Refused while another program on the node has signed on with it, or a file system is mounted by NFS 3 there.',
  ],
  'nfs-config': [
    'Configure the NFS server',
    'Versions, ports, grace and lease, one server scope on both nodes, and the client database on the volume, so that clients reclaim their locks after a takeover. Takes effect when nfsd next starts; a live server is told when that is harmless.',
  ],
  exports: [
    'Write the exports',
    'With fsid= and mp=, the same on both nodes, so that file handles stay valid and an unmounted volume is never exported. A change is applied with exportfs without interrupting anyone; an export that is taken out stays until no client has a file open below it.',
  ],
  'resource-script': [
    'Install the resource script',
    'What heartbeat calls to start and stop the group: promote, mount, client database, nfsd, VIP. The lean one refuses to promote stale data (its guard). And nfsha-rehearse, by which a node finds out whether it could take over.',
  ],
  fencing: [
    'Write what resets the other node',
    "With fencing.mode stonith: our STONITH plugin, and a file with the parameters of each device, for root only. heartbeat's ha.cf names the plugin, so it comes before. heartbeat calls it for a node that it declares dead, and takes over only once it has succeeded; DRBD's handler calls it when an active node has lost its peer. `nfsha check` asks the devices whether they are well, and resets nobody.",
  ],
  'fencing-leftovers': [
    'Remove what no longer resets the other node',
    "The plugin, the parameters of its devices and DRBD's handler, once the inventory asks for them no more: parameters are passwords, and do not stay behind. After the files that named them.",
  ],
  'ha-cf': [
    'Write ha.cf',
    "Heartbeat's timers, media and nodes. The same file on both nodes where the interfaces have the same names. In sync only when heartbeat runs with it.",
  ],
  authkeys: [
    'Write the heartbeat keys',
    'Mode 0600, or heartbeat refuses to start. A changed key is read by both running daemons in one go; when they do not agree within half of deadtime, both go back to the old one. A second key in the file would not help: heartbeat 3.0.6 checks every message by the key that it signs with itself.',
  ],
  haresources: [
    'Write haresources',
    'One line: the preferred node and the group. Byte-identical on both nodes: with differing lines both nodes were seen to take everything.',
  ],
  'heartbeat-unit': [
    "Adjust heartbeat's unit",
    "Debian's unit loses the daemon after a healed partition and may deadlock on shutdown. The drop-in mends that; it also starts heartbeat at boot, or not (autostart).",
  ],
  logrotate: ["Rotate heartbeat's logs", 'ha-log and ha-debug grow without it.'],
  'heartbeat-start': [
    'Start heartbeat',
    "On both nodes in one go; which one serves is heartbeat's decision.",
  ],
  serving: [
    'Wait until exactly one node serves',
    'Primary, mount, VIP and threads of nfsd all on one node, whichever it is, and none of them on the other.',
  ],
  'export-directories': [
    'Make the exported directories',
    'On the volume, through the active node, with owner and mode.',
  ],
  'former-vips': [
    'Take former VIPs away',
    "An address that the group's script on the node still names, and the inventory does not, is removed from the node that has it; refused while a client is connected to it. To move a VIP without a stall: add the new one beside it, mount by it, then take the old one out.",
  ],
  'former-volumes': [
    'Give up volumes that are gone from the inventory',
    "A DRBD file of ours for a volume that the inventory no longer has: unmounted, DRBD down, not brought up at boot. The data stay on the disks, and a volume of the same name on them finds them again. Whether clients use it, the exports step has asked; the first volume, with the NFS server's state, is refused.",
  ],
  'volume-grow': [
    'Grow the volume with its disks',
    'When the backing disks of both nodes have grown (lvextend), DRBD takes what the smaller one gives (drbdadm resize), and the file system what DRBD gives (resize2fs, xfs_growfs), while clients work. The new space is then copied to the other node. Nothing ever shrinks.',
  ],
  'verify-vip': [
    'Ask for the service through the VIP',
    'An NFS call from the passive node, as a client would make it.',
  ],
  'drbd-verify': [
    'Compare both sides of the volume',
    'An online verify by DRBD, while the service goes on: every block is read on both nodes. Differences are marked out of sync, not mended.',
  ],
  'drbd-verify-record': [
    'Remember what the comparison found',
    'A record on both nodes: when the volume was last compared whole, and how much differed. `nfsha status` tells it.',
  ],
  'client-packages': [
    'Install what a client needs',
    'The NFS client, autofs where something is mounted by it, and nothing beside them.',
  ],
  'client-fstab': [
    'Name the mounts in /etc/fstab',
    'Between markers of ours; the rest of the file belongs to the administrator. Mounted hard, since a soft mount would turn a failover into an error.',
  ],
  'client-autofs': [
    'Mount by autofs what is to be there when somebody looks',
    'An indirect map of ours over one directory, included by auto.master(5), and the service. Autofs is told of each change, and each path is looked at once, so that it surely leads to the cluster. A mount that was in fstab or an automount of systemd ends first, and the other way round; refused while somebody uses it. Taken away, the package stays.',
  ],
  'client-mounted': [
    'Mount what the inventory says',
    'Each export through the VIP at its path; never over something else that is mounted there.',
  ],
  'client-mountwatch': [
    'Watch the mounts',
    'nfsha-mountwatch, by a systemd timer: mounts again what was lost, and tells what is blocked.',
  ],
  'client-records-remove': [
    'Forget the runs on a client',
    'The summaries of runs below /var/lib/nfsha. Where there is more, the host is a node of a cluster too, and all of it stays.',
  ],
  monitor: [
    'Watch the service itself',
    'nfsha-monitor, a systemd service on both nodes; only the active one acts. Before heartbeat, whose first start it finishes when heartbeat loses the word for it. In sync only when the one that runs is the script that is written; `monitor: { enabled: off }` takes it away again.',
  ],
}

export const stepExplanations: readonly Explanation[] = Object.entries(texts).map(([id, [title, text]]) => ({
  id,
  kind: 'step',
  title,
  text,
}))
