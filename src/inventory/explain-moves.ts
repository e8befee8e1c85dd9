import type { Explanation } from './explain.ts'

/* What moves the service or takes a node out: the steps of switchover and release, and why they refuse. */

type Text = readonly [title: string, text: string]

const steps: Readonly<Record<string, Text>> = {
  'takeover-ready': [
    'See that the target can take over',
    'Heartbeat runs on both nodes and each hears the other; the target is not held, not barred by the promotion guard, and connected and UpToDate in every volume. All that is not so is named at once, and nothing is mended.',
  ],
  switchover: [
    'Move the service',
    'The active node asks heartbeat to hand the group over (hb_standby), asks again when that was not heard, and then waits until the VIP answers from the other node. Both nodes tell each phase as their group script logs it. Directly before it begins, the active node looks once more whether the target has all data.',
  ],
  hold: [
    'Keep a node out',
    'A marker in /var/lib/nfsha/hold says who holds it, since when and why. Heartbeat is stopped and does not start at boot; DRBD goes on replicating. Plan, deploy, status and the monitor leave a held node as it is.',
  ],
  'isolate-ready': [
    'See that the other copy is good',
    'Writes are to go on without one disk, so the node that is left must have a good copy: UpToDate in every volume, connected or verifying, no mark of the promotion guard, and no disk that its own monitor calls slow. A node that is isolated already is left so.',
  ],
  'drbd-disconnect': [
    'Leave the held copy out of the writes',
    'The volume is not brought up at boot any more, disconnected, after a last look that the other side is UpToDate, and called outdated, so that nobody serves from it. A release connects it again, and a resync copies what was written meanwhile.',
  ],
  release: [
    'Release the held node',
    'The marker is removed; then DRBD and heartbeat are brought up again, and the command waits until both nodes could serve. What changed in the inventory meanwhile comes with the next deploy.',
  ],
  upgrade: [
    'Upgrade the packages of the held node',
    'Once in a maintenance: the lists are read, and the packages that the inventory names are brought up to date, with service starts denied as in an installation. Upgraded services start when the node is released.',
  ],
  reboot: [
    'Reboot the held node',
    'Once in a maintenance: the marker of the held node names the boot that it began in, so a run that was broken off knows whether the reboot is still to come. The run waits until the node is back, and takes its lock again.',
  ],
  redundant: [
    'Wait until both nodes can serve',
    'Every volume connected and UpToDate on both sides, and each heartbeat hears the other: from then on a failure is covered again.',
  ],
}

const refusals: Readonly<Record<string, Text>> = {
  'only-good-copy': [
    'The node that would be isolated may have the only good copy',
    'The other one is not UpToDate, or does not replicate, so it may lack what clients wrote. Let it catch up first.',
  ],
  'other-disk-slow': [
    'The other disk is slow too',
    'Without the first one, every write would still wait for a slow disk, and there would be one copy only. Mend the disk that is named first.',
  ],
  'heartbeat-stopped': [
    'Heartbeat does not run there',
    'Heartbeat moves the service, so it must run on both nodes. A held node has it stopped on purpose.',
  ],
  'heartbeat-deaf': [
    'One heartbeat does not hear the other',
    'A node that its peer takes for dead would start the group beside it. Mend the heartbeat links first; after a start it takes some seconds, at most initdead, until both are active.',
  ],
  'target-held': [
    'The target is held',
    'Somebody took it out on purpose; the marker says who and why. Release it first, when that person agrees.',
  ],
  'target-barred': [
    'The promotion guard bars the target',
    'A split-brain was seen there, or the other side has data that it lacks. Its data may be the stale side, so nothing moves there before that is settled.',
  ],
  'target-not-connected': [
    'The target is not connected',
    'DRBD does not replicate to it at the moment, so it may lack what clients wrote last.',
  ],
  'target-syncing': [
    'A resync is running',
    'Until it is over only one side has all data. A move now would be refused by the disk state, or leave one copy only.',
  ],
  'target-not-uptodate': [
    "The target's disk is not up to date",
    'It is Inconsistent, Outdated or gone: it cannot serve.',
  ],
  'nobody-serves': [
    'No node serves',
    'There is nothing to hand over. See why first: the status names what is missing, and the log of heartbeat why. A start that failed on the preferred node is not tried again by heartbeat.',
  ],
  'half-moved': [
    'The target has only a part of the group',
    'A start failed half-way, or something was stopped by hand. Deploy mends that where it is.',
  ],
  'not-in-maintenance': [
    'The node is not held for this maintenance',
    'Only a node that the maintenance itself took out is upgraded or rebooted. Somebody else holds it, or released it meanwhile.',
  ],
  'holds-resources': [
    'A node that serves cannot be held',
    'To stop heartbeat there would move the service without the checks of a switchover. Move it first: `switchover --hold` does both.',
  ],
}

function explained(kind: Explanation['kind'], texts: Readonly<Record<string, Text>>): readonly Explanation[] {
  return Object.entries(texts).map(([id, [title, text]]) => ({ id, kind, title, text }))
}

export const moveExplanations: readonly Explanation[] = [
  ...explained('step', steps),
  ...explained('refusal', refusals),
]
