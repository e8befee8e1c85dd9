import type { Explanation } from './explain.ts'

/* What takes a cluster down and away: the steps of destroy, and why they refuse. */

type Text = readonly [title: string, text: string]

const steps: Readonly<Record<string, Text>> = {
  'destroy-ready': [
    'See that nobody needs it any more',
    'No client is connected to the NFS server, no node is held, and a node that is given up as lost is not heard by heartbeat. A client of version 3 that is idle for minutes has no connection, and is not seen. Nothing is changed here.',
  ],
  'monitor-stop': [
    'Stop the watch over the service',
    "nfsha-monitor goes first: it would take the service's end for a failure, and mend it.",
  ],
  'heartbeat-stop': [
    'Stop heartbeat, the standby first',
    'The standby leaves in peace, so nobody takes over when the other node gives the group up: address, exports, threads, mount, Primary role. Then what was kept ready for the group ends, too. All of it stays off at boot, as a deploy had left it to heartbeat.',
  ],
  'drbd-down': [
    'Take DRBD down',
    'The resources are down and do not come up at boot. Both sides part as equals, so a later deploy connects them without a resync.',
  ],
  'drbd-wipe-md': [
    'Wipe the DRBD metadata',
    'Only with --wipe-metadata, and only where both sides provably hold the same data: the metadata are all that tells which side is right. They lie behind the file system, which stays and can be mounted without DRBD. A later deploy refuses such a disk, as it would any with a file system.',
  ],
  'routes-remove': [
    'Remove the routes to the peer',
    'The /32 routes that the inventory asks for, where they lead over its interfaces, and the unit that keeps them.',
  ],
  'hosts-remove': [
    "Take the nodes' names out of /etc/hosts",
    'Only the block between our markers; the rest of the file stays to the byte.',
  ],
  'files-remove': [
    "Remove the cluster's files",
    'Every file with the header of this cluster, also those that the inventory no longer asks for. Where one took the place of what a package ships, that comes back: from the copy that deploy kept, else out of the package. Time daemons go back to their own servers.',
  ],
  'packages-purge': [
    "Purge the cluster's packages",
    'Only with --purge-packages: heartbeat, the tools of DRBD and the NFS server, with their configuration. Tools that anybody may use stay, and what came along is left to `apt autoremove`.',
  ],
  'directories-remove': [
    'Remove the empty directories',
    'Mount points and directories of our files, where nothing else is in them and no package has them.',
  ],
  'records-remove': [
    'Forget the cluster',
    'Runs, lineage of the metadata, records of the promotion guard, saved signatures, and the identities by which heartbeat knew the nodes. Last, since the other steps go by it; afterwards only the system log tells of nfsha.',
  ],
}

const refusals: Readonly<Record<string, Text>> = {
  'clients-mounted': [
    'Clients are connected',
    'They would hang in every access to the mount, for ever with `hard`. Unmount there first, or say that it is known.',
  ],
  'node-held': [
    'A node is held',
    'Somebody took it out on purpose; the marker says who and why. Release it first, when that person agrees.',
  ],
  'lost-node-lives': [
    'The node that is left out is alive',
    'Heartbeat hears it, so it would take the service over while the other node is taken down, and go on alone.',
  ],
  'unknown-remains': [
    'What is left on a node is not known',
    'A teardown goes by what it finds; nothing is taken away on a guess.',
  ],
  'still-primary': [
    'Something has the volume open',
    'The resource is Primary although the group was given up: somebody promoted or mounted it by hand.',
  ],
  'not-our-metadata': [
    'The metadata are not known to be ours',
    'Nothing on this node or on the disks says that they were made for this volume.',
  ],
  'sides-not-same': [
    'Both sides may differ',
    'One side lacks what the other one has, or one cannot be read. Without metadata nobody could tell which is right.',
  ],
}

function explanationsOf(kind: Explanation['kind'], texts: Readonly<Record<string, Text>>) {
  return Object.entries(texts).map(([id, [title, text]]): Explanation => ({ id, kind, title, text }))
}

export const destroyExplanations: readonly Explanation[] = [
  ...explanationsOf('step', steps),
  ...explanationsOf('refusal', refusals),
]
