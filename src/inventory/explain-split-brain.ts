import type { Explanation } from './explain.ts'

/* The repair of a split-brain: its steps, and why they refuse. */

type Text = readonly [title: string, text: string]

const steps: Readonly<Record<string, Text>> = {
  'split-brain-ready': [
    'See that one side can be given up',
    'There is a split-brain; the survivor is UpToDate, not held, and its heartbeat runs; the other node can give way, and reaches the survivor over the replication link; and the survivor is not merely an earlier state of the other side. All that is not so is named at once.',
  ],
  'split-brain-evidence': [
    "Save both sides' state",
    'In /var/lib/nfsha/split-brain, on both nodes, for root only, and in the journal: generation identifiers, states, the files that differ, the kernel log, the log of heartbeat, the marks of the guard. Before anything is changed; nothing takes it away again.',
  ],
  'split-brain-survivor': [
    'Let the survivor serve alone',
    "The node that is given up leaves heartbeat, so that it has nothing of the group, and its DRBD stops looking for the peer. A survivor that does not serve is told that its data count (the guard's mark `chosen`, for one promotion), and starts the group once the other node has left. One that serves goes on.",
  ],
  'split-brain-copy': [
    'Copy what will be lost',
    'With --copy: the files that were changed on the side that is given up are copied from its disk into a directory on that node, with owners, modes and times. The disk is read beside DRBD, read-only, and no journal is replayed.',
  ],
  'split-brain-discard': [
    "Give one side's changes up",
    'That side connects with --discard-my-data, the survivor accepts it, and the blocks that differ are copied from the survivor. The last look on the node: Secondary, unmounted, StandAlone; on the survivor: UpToDate.',
  ],
  'split-brain-declared': [
    'Declare it repaired',
    "Once all volumes are connected and UpToDate on both sides, the promotion guard's marks are removed on both nodes. From then on either may serve again.",
  ],
}

const refusals: Readonly<Record<string, Text>> = {
  'not-divided': [
    'There is no split-brain',
    'All volumes are connected, and no node remembers a split-brain, so there is nothing to give up.',
  ],
  'victim-in-use': [
    'The side that is to be given up is in use without heartbeat',
    'Somebody mounted it or made it Primary by hand. Stopping heartbeat would not free it, and what is being written there would be lost. Find out who it is first.',
  ],
  'survivor-held': [
    'The survivor is held',
    'The node whose data are to be kept must serve, and somebody took it out on purpose. Release it first, when that person agrees.',
  ],
  'survivor-not-uptodate': [
    'The survivor does not have all its data',
    'Its disk is Inconsistent, Outdated, or gone. Only a side that is UpToDate may overwrite the other one.',
  ],
  'survivor-is-older': [
    "The survivor's data are an earlier state of the other side's",
    'Nothing diverged: the survivor has written nothing that the other side lacks. To give the other side up would lose its writes and keep nothing for it. Give up this one, or simply connect both.',
  ],
  'replication-cut': [
    'The replication link is cut',
    'The side that is given up could not take the data, and would stand there without heartbeat until the link is mended. Nothing is lost by waiting.',
  ],
  'data-loss': [
    'Writes would be lost',
    'What one node wrote since the sides parted is overwritten by the other side. The plan names the files. If they may go, say so with --allow-data-loss RESOURCE@NODE, for each volume; --yes alone never covers it. --copy keeps a copy of them on that node.',
  ],
  'unknown-loss': [
    'Which files would be lost is not known',
    "A side's disk could not be read beside DRBD, so there is no list to copy by. `nfsha split-brain show` says why.",
  ],
}

function explained(kind: Explanation['kind'], texts: Readonly<Record<string, Text>>): readonly Explanation[] {
  return Object.entries(texts).map(([id, [title, text]]) => ({ id, kind, title, text }))
}

export const splitBrainExplanations: readonly Explanation[] = [
  ...explained('step', steps),
  ...explained('refusal', refusals),
]
