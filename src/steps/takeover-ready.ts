import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { type Diff, inSync, type Refusal, refusal, type Side, type Wait } from '../core/diff.ts'
import { factValue } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { drbdSync } from '../facts/drbd.ts'
import { answerTo, drbdOf, holdingOf } from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { heartbeatPeer, peerActive } from '../facts/heartbeat-peer.ts'
import { hold } from '../facts/hold.ts'
import { rehearsalHere } from '../facts/rehearsal.ts'
import { isSyncing } from './_drbd-words.ts'
import { groupReads, partsOf } from './_group.ts'
import { isBarred } from './_pair.ts'
import { flawsText } from './_rehearsal.ts'
import { progressText, waitForSync } from './_sync.ts'

/** What must be fit, each a look of its own, so that all that is not is named at once. */
type Aspect = 'heartbeat' | 'hold' | 'guard' | 'rehearsal' | Volume

/**
 * The node that the service is to move to can take it: connected and UpToDate, heard by heartbeat both
 * ways, not held, not barred by the promotion guard, and it rehearsed a takeover well. Nothing is mended here, and nothing is asked
 * of a node that has the service already.
 */
export default defineStepOver({
  id: 'takeover-ready',
  title: 'See that the target can take over',
  joint: true,
  over: ({ volumes }: Cluster): readonly { key: string; item: Aspect }[] => [
    ...(['heartbeat', 'hold', 'guard', 'rehearsal'] as const).map(item => ({ key: item, item })),
    ...volumes.map(volume => ({ key: volume.name, item: volume })),
  ],
  reads: ({ cluster, peer, item }: Given<Aspect>): Reads =>
    groupReads(
      cluster,
      heartbeat(cluster.platform.paths),
      heartbeatPeer(peer.name),
      hold,
      promotionGuard,
      rehearsalHere,
      ...(typeof item === 'string' ? [] : [drbdSync(item, cluster.platform.drbdDialect)]),
    ),
  diff(given, self, peer): Diff {
    const { cluster, host, item, params } = given
    if (params.to === undefined) return inSync
    const target = host.name === params.to ? self : peer
    // Once it has begun to take over, what only a passive node can show is gone.
    if (holdingOf(partsOf(cluster, target)) !== 'none') return inSync
    if (item === 'heartbeat') return heartbeatFlaw(given, self) ?? inSync
    if (typeof item !== 'string') return resync(given, self, item) ?? volumeFlaw(given, self, item) ?? inSync
    if (host.name !== params.to) return inSync
    if (item === 'hold') return holdFlaw(given, self) ?? inSync
    if (item === 'guard') return guardFlaw(given, self) ?? inSync
    return rehearsalFlaw(given, self) ?? inSync
  },
})

function heartbeatFlaw(
  { cluster, host, peer }: Given<Aspect>,
  { facts }: Side<Reads, Node>,
): Refusal | undefined {
  const daemon = answerTo(facts, heartbeat(cluster.platform.paths))
  if (daemon.state === 'unknown') return notKnown(`whether heartbeat runs on ${host.name}`, daemon.reason)
  if (daemon.state === 'absent' || !daemon.value.running)
    return refusal(
      'heartbeat-stopped',
      `heartbeat does not run on ${host.name}`,
      '`nfsha deploy` starts it; a held node comes back with `nfsha switchover --release`',
    )
  const said = answerTo(facts, heartbeatPeer(peer.name))
  if (said.state === 'unknown')
    return notKnown(`how heartbeat on ${host.name} sees ${peer.name}`, said.reason)
  if (said.state === 'present' && said.value === peerActive) return undefined
  return refusal(
    'heartbeat-deaf',
    `heartbeat on ${host.name} says that ${peer.name} is ${said.state === 'present' ? said.value : 'not known to it'}`,
    `see the links in \`nfsha status\` and /var/log/ha-log on ${host.name}; after a start it takes up to initdead`,
  )
}

function holdFlaw({ host }: Given<Aspect>, { facts }: Side<Reads, Node>): Refusal | undefined {
  const held = answerTo(facts, hold)
  if (held.state === 'absent') return undefined
  if (held.state === 'unknown') return notKnown(`whether ${host.name} is held`, held.reason)
  return refusal(
    'target-held',
    `${host.name} is held (${held.value.text})`,
    'when whoever holds it agrees: `nfsha switchover --release`',
  )
}

function guardFlaw({ host }: Given<Aspect>, side: Side<Reads, Node>): Refusal | undefined {
  const guard = answerTo(side.facts, promotionGuard)
  if (guard.state === 'unknown')
    return notKnown(`what the promotion guard on ${host.name} remembers`, guard.reason)
  if (guard.state === 'absent') return undefined
  const superseded = guard.value.marks.some(mark => mark.endsWith('.superseded'))
  if (!isBarred(side) && !superseded) return undefined
  return refusal(
    'target-barred',
    `the promotion guard bars ${host.name}: ${guard.value.marks.join(', ')}`,
    isBarred(side)
      ? `compare both sides with \`nfsha split-brain show\`, and repair it; nothing moves to ${host.name} before`
      : `see \`nfsha status\` and settle that first; nothing moves to ${host.name} before`,
  )
}

/** What the guard would refuse is told by the aspects of its own. */
function rehearsalFlaw({ host }: Given<Aspect>, { facts }: Side<Reads, Node>): Refusal | undefined {
  const rehearsed = answerTo(facts, rehearsalHere)
  if (rehearsed.state === 'unknown')
    return notKnown(`whether a takeover by ${host.name} would work`, rehearsed.reason)
  if (rehearsed.state === 'absent') return undefined
  const flaws = rehearsed.value.refused.filter(({ check }) => check !== 'guard')
  const [first] = flaws
  if (first === undefined) return undefined
  return refusal(
    'takeover-would-fail',
    `a takeover by ${host.name} would fail: ${flawsText(flaws)}`,
    `${first.next}; then see that \`nfsha rehearse\` is content`,
  )
}

/** A resync lacks nothing but time: waited for where that was asked for, on both sides. */
function resync(
  { cluster, host, params }: Given<Aspect>,
  { facts }: Side<Reads, Node>,
  volume: Volume,
): Wait | Refusal | undefined {
  const status = factValue(answerTo(facts, drbdOf(cluster, volume)))
  if (status === undefined || !isSyncing(status.connection)) return undefined
  const progress = factValue(answerTo(facts, drbdSync(volume, cluster.platform.drbdDialect)))
  if (params.waitSync) return waitForSync(cluster, volume, status, progress)
  if (host.name !== params.to) return undefined
  const { name } = volume
  return refusal(
    'target-syncing',
    `${name} is ${status.connection} on ${host.name}${progress === undefined ? '' : `: ${progressText(progress)}`}`,
    `${progress?.finish === undefined ? 'move once it is over' : `come back in ${progress.finish} (h:mm:ss, as DRBD reckons)`}, or let the move wait for it: \`nfsha switchover --wait\`; \`nfsha status\` shows how far it is`,
  )
}

function volumeFlaw(
  { cluster, host, params }: Given<Aspect>,
  { facts }: Side<Reads, Node>,
  volume: Volume,
): Refusal | undefined {
  if (host.name !== params.to) return undefined
  const fact = answerTo(facts, drbdOf(cluster, volume))
  const { name } = volume
  if (fact.state === 'unknown') return notKnown(`how ${name} is on ${host.name}`, fact.reason)
  if (fact.state === 'absent')
    return refusal('target-not-connected', `${name} is down on ${host.name}`, '`nfsha deploy` brings it up')
  const { connection, disk } = fact.value
  if (!/^(Connected|Verify)/.test(connection))
    return refusal(
      'target-not-connected',
      `${name} is ${connection} on ${host.name}: it may lack what clients wrote`,
      'mend the replication link, or `nfsha deploy`; then see `nfsha status`',
    )
  if (disk === 'UpToDate') return undefined
  return refusal(
    'target-not-uptodate',
    `the disk of ${name} on ${host.name} is ${disk}`,
    'let it sync from the node that serves; see `nfsha status`',
  )
}

function notKnown(what: string, reason: string): Refusal {
  return refusal('unknown-state', `${what} is not known: ${reason}`, 'mend that first, then run again')
}
