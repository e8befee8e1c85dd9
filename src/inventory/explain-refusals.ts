import type { Explanation } from './explain.ts'

/* Why a plan, or the group's promotion guard on a node, refuses; by refusal id. */

type Text = readonly [title: string, text: string]

const consent =
  'Nothing is written. If what is there may go, run deploy with --allow-data-loss RESOURCE@NODE: the signatures are saved on the node first. --yes alone never covers this.'
const unread =
  'What cannot be read is never taken for "not there". Look at the node as the fix says, then run again; to run again is always safe.'

const texts: Readonly<Record<string, Text>> = {
  'takeover-would-fail': [
    'A takeover would fail with what the inventory says',
    'Deploy tries on each node what a takeover there would run, with the files as they are to be: mount options on a scratch file system of the same type, exports through the real exportfs, nfs.conf through nfsconf, the script through the shell; and whether commands, kernel modules, interfaces and room are there. All of it in namespaces of their own, so the service does not notice. What fails there would take the service down at the next move, perhaps in months; so nothing is written. `nfsha rehearse` tries it again.',
  ],
  'file-system': ['The disk has a file system', consent],
  'hidden-file-system': [
    'A file system is hidden behind DRBD metadata',
    `blkid shows only the metadata, which are at the end of the disk; the file system before them is whole. ${consent}`,
  ],
  'foreign-metadata': [
    'The disk has DRBD metadata of something else',
    `Nothing proves that they were made for this resource: it may be another cluster's data. ${consent}`,
  ],
  'data-behind-metadata': [
    'The metadata were never used, but the disk holds data',
    'Somebody put DRBD metadata over data, perhaps to keep them. A first sync that is skipped, or that goes the other way, would lose them; only you can say which side counts. The fix names both ways.',
  ],
  'partition-table': ['The disk has a partition table', `Perhaps a partition of it was meant. ${consent}`],
  'lvm-pv': ['The disk is an LVM physical volume', `Perhaps a logical volume on it was meant. ${consent}`],
  signature: ['The disk is not empty', consent],
  'not-blank': ['The disk has data of an unknown kind', `Its first or last MiB is not all zeros. ${consent}`],
  'mounted-disk': [
    'The disk is mounted',
    'No consent covers this: somebody uses it now. Unmount it first, or name another disk.',
  ],
  'disk-in-use': [
    'The disk is in use',
    'DRBD, LVM, RAID, swap or a device mapping holds it. No consent covers this. Release it, or name another disk.',
  ],
  'portmapper-used': [
    'Something on the node needs the portmapper, which is to go',
    'Where NFS 3 is not served, rpcbind and statd are kept from starting: nfsd would wait for a portmapper that hangs. Another program has signed on with it here (rpcinfo -p), or a file system is mounted by NFS 3. Keep it with `nfs: { portmapper: keep }`, or take away what needs it.',
  ],
  'unknown-portmapper': ['Who uses the portmapper could not be read', unread],
  'read-only-disk': [
    'The disk is read-only',
    'Make it writable with blockdev --setrw, or name another disk.',
  ],
  'missing-disk': [
    'The disk does not exist',
    'nfsha never makes partitions or logical volumes. Make it, or correct the inventory.',
  ],
  'unreadable-disk': ['The disk cannot be examined', unread],
  'unknown-metadata': ['The DRBD metadata cannot be read', unread],
  'unknown-contents': [
    'The contents of the volume cannot be read',
    `Nothing is formatted on a guess. ${unread}`,
  ],
  'export-in-use': [
    'A client uses an export that is to go',
    'It has a file open, a lock or a delegation below it (nfsd tells), or mounts it by version 3. End that there and unmount it; then run again. One that has it mounted and nothing open cannot be seen by the server: it gets ESTALE afterwards, and the plan says so.',
  ],
  'permission-in-use': [
    'A client would lose what it may do on an export',
    'By the new `clients:` or options of the export it could no longer use it (ESTALE), write to it (EROFS), or use it by its security flavour. nfsd does not tell what a client of version 4 has mounted, so each one that it knows counts; one of version 3 counts by what mountd noted, though it may be long gone (/var/lib/nfs/rmtab). Unmount it there first: a client of version 4 is then forgotten at once. Or let it lose that: --despite-clients.',
  ],
  'address-in-use': [
    'A client is connected to a VIP that is to go',
    'Its hard mounts would hang. Keep the address beside the new one, mount by the new one there, then take the old one out of the inventory. A connection of a client that is gone ends by itself within minutes.',
  ],
  'state-volume': [
    "The volume carries the NFS server's state",
    'The first volume holds the client database by which clients reclaim locks after a takeover. Keep it first in the inventory.',
  ],
  'mounted-elsewhere': [
    'The volume is mounted at another place',
    'A mount point cannot be moved below clients that have files open. Put the former one back, or stop the service on both nodes first.',
  ],
  'other-file-system': [
    'The volume has a file system of another type',
    'Nothing is ever formatted over data. Name the type that is there; for another one add a volume and copy.',
  ],
  'minor-moved': [
    'The volume would get another DRBD minor',
    'Minors and ports follow the place in the list unless they are written. Where a volume was put before others, or taken out before them, write minor: and port: for those that stay.',
  ],
  'disk-moved': [
    'The volume runs on another disk',
    'A disk is not exchanged below a running resource. Detach it on the node that does not serve; the deploy then makes metadata on the new one, if it is blank, and fills it from the other node.',
  ],
  'unknown-users': ['Whether clients use an export is not known', unread],
  'unknown-addresses': ['The addresses of a node cannot be read', unread],
  'unknown-size': ['The size of a volume cannot be read', unread],
  'unknown-state': ['The state of a node is not known', unread],
  'unknown-file': ['A file cannot be read', unread],
  'unknown-unit': ['The state of a unit is not known', unread],
  'unknown-module': ['The state of a kernel module is not known', unread],
  'unknown-mount': ['What is mounted on a client is not known', unread],
  'unknown-packages': ['The state of the packages is not known', unread],
  'unknown-route': ['The routes cannot be read', unread],
  'unknown-own-directories': ['The directories on the way to our files cannot be examined', unread],
  'unknown-time': ['The state of time synchronisation is not known', unread],
  'unknown-mount-point': ['The mount point cannot be examined', unread],
  'unknown-directories': ['The exported directories cannot be examined', unread],
  'unknown-drbd-state': ["DRBD's state is not known", unread],
  'unknown-drbd-options': ["DRBD's options at run time are not known", unread],
  'unknown-lineage': [
    'Whether both sides hold data of one line is not known',
    `DRBD stands alone, and the generation identifiers of one side cannot be read. ${unread}`,
  ],
  'not-a-file': [
    'Something else stands where a file should',
    'A directory or a link, not made by nfsha. Move it away.',
  ],
  'not-a-directory': [
    'Something else stands where a directory should',
    'Move it away; where it is in the way of an export, another path may do.',
  ],
  'broken-block': [
    "nfsha's block in a file is broken",
    'A begin marker without its end, or twice. Which lines are yours cannot be told; mend the markers by hand.',
  ],
  'no-module': [
    'A kernel module is not available',
    'The running kernel has none of that name: install the kernel package that brings it, and boot it.',
  ],
  'drbd-dialect': [
    'The DRBD module is of another generation',
    "Configurations of 8.4 and 9 differ, and each refuses the other's. Use the module of the platform.",
  ],
  'route-covers-controller': [
    'A host route would cut you off',
    'The route to the peer would cover the address that this controller comes from. Run nfsha from elsewhere, or take the link out of routes.',
  ],
  'mount-point-taken': [
    'The mount point is taken',
    'Something else is mounted there, or files lie in it that the mount would hide.',
  ],
  'autofs-base-taken': [
    'Another map of autofs has the directory',
    'autofs stands over a directory by one map only. Take it out of the file that the message names, or choose a path in another directory.',
  ],
  'autofs-base-not-empty': [
    'Autofs would hide what lies in the directory',
    'It stands over the whole directory, and shows nothing but its own mounts there. Move the rest away, or choose a path in a directory of its own, as /nfs/data.',
  ],
  'autofs-master': [
    'Autofs does not read our file',
    "Debian's auto.master(5) has the line +dir:/etc/auto.master.d, and there our own file is. An administrator took the line out.",
  ],
  'mount-in-use': [
    'A mount that is to go is used',
    'A process on the client works in it or has a file open there, and would lose it. End what the message names (fuser -vm PATH tells more); nothing was changed.',
  ],
  diskless: [
    'DRBD runs without its local disk',
    'It was detached, perhaps after an I/O error. Look at dmesg before attaching it again.',
  ],
  'drbd-down': ['DRBD is not up', 'Run the step drbd-up, and see what it says.'],
  'drbd-not-connected': ['DRBD is not connected', 'Without the peer nobody can say whose data are newer.'],
  'no-source': [
    'Neither side has complete data',
    'And not both disks are new: there is something to lose on either. Only a person can say which side to keep.',
  ],
  'no-complete-data': [
    'Neither side has complete data',
    'A file system is made only on a volume that is whole.',
  ],
  'sides-differ': [
    'Both sides count as equal and are not',
    'Their contents differ where they should not. Find out which is right, and copy it over the other.',
  ],
  'file-system-not-ours': [
    'The volume has a file system that nfsha did not make',
    'It is neither used nor overwritten without a word from you.',
  ],
  'heartbeat-runs': [
    'Heartbeat runs where it must not yet',
    'It could promote the volume in the middle of a change.',
  ],
  'resources-without-heartbeat': [
    'A node serves without heartbeat',
    'Somebody started a part of the group by hand, or heartbeat died. Starting heartbeat now could make two active nodes.',
  ],
  'unit-not-startable': ['A unit cannot be started', 'It is masked, or not there.'],
  'split-brain': [
    'Split-brain',
    "Both sides have changed since they were last one. One side's changes will be lost, and a person has to choose which: compare both. The active node is not always the right answer.",
  ],
  'unrelated-data': [
    'The two sides have no common past',
    'One of the disks belongs to something else. Correct the inventory, or give one up.',
  ],
  'guard-down': [
    'Promotion guard: DRBD is not up',
    'Printed by the group script on a node. Bring the resource up; heartbeat then tries again.',
  ],
  'guard-split-brain': [
    'Promotion guard: a split-brain is not repaired',
    'DRBD reported a split-brain on this node. Until it is repaired and the mark removed, the node does not promote: its data may be the stale side. Without this guard 152 acknowledged writes were seen to vanish from view.',
  ],
  'guard-standalone': [
    'Promotion guard: DRBD stands alone',
    'It was cut off by hand or by a split-brain; the peer may have newer data.',
  ],
  'guard-superseded': [
    'Promotion guard: the peer may have written since',
    'DRBD is not connected while the peer lives, so the peer may hold what clients wrote last. Ends by itself once both are connected and up to date.',
  ],
  'guard-by-hand': [
    'Promotion guard: takeovers are made by hand',
    'fencing.takeover is by-hand, and the peer is gone without having handed over. Make sure that it is off, then, on the node that is to serve: touch /var/lib/nfsha/guard/RESOURCE.chosen and run /usr/share/heartbeat/hb_takeover all. The mark allows one promotion.',
  ],
  'guard-disk': [
    'Promotion guard: the local disk is not good',
    'Outdated, inconsistent or absent: let it sync from the peer.',
  ],
  'guard-not-promoted': [
    'Promotion guard: DRBD would not promote this node',
    'Nothing stood against it in the marks and states, and DRBD itself refused. Most often the peer is still Primary and serves, and only its heartbeat has died: start heartbeat there.',
  ],
  'not-in-sync': [
    'One side is known to differ',
    'To compare the sides is worth something only once both are connected and UpToDate. Wait for the sync to end, or see in `nfsha status` why there is none.',
  ],
  'verify-runs': [
    'Somebody else compares the volume already',
    'DRBD does one comparison of a volume at a time, and the one that runs may have begun before the last writes. Let it end, then run again.',
  ],
}

export const refusalExplanations: readonly Explanation[] = Object.entries(texts).map(
  ([id, [title, text]]) => ({
    id,
    kind: 'refusal',
    title,
    text,
  }),
)
