import { type Cluster, linksFor, type Node, type Volume } from '../core/cluster.ts'
import { type Diff, inSync, type Refusal, refusal, type Side } from '../core/diff.ts'
import { factValue } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { drbdMetadata } from '../facts/drbd-metadata.ts'
import { compareGenerations } from '../facts/generations.ts'
import { answerTo, drbdOf, heldTexts, holdingOf } from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { hold } from '../facts/hold.ts'
import { reach } from '../facts/reach.ts'
import { savedEvidence } from '../facts/split-brain.ts'
import { partsOf } from './_group.ts'
import { isJoined, isOpen, type Repair, repairOf, splitBrainReads, stateOf } from './_split-brain.ts'

/** What must be fit, each a look of its own, so that all that is not is named at once. */
type Aspect = 'split-brain' | 'link' | 'victim' | 'survivor' | Volume

/**
 * There is a split-brain, the survivor has all its data and may serve, and the other node can give way.
 * Nothing is mended here.
 */
export default defineStepOver({
  id: 'split-brain-ready',
  title: 'See that one side can be given up',
  joint: true,
  over: ({ volumes }: Cluster): readonly { key: string; item: Aspect }[] => [
    ...(['split-brain', 'link', 'victim', 'survivor'] as const).map(item => ({ key: item, item })),
    ...volumes.map(volume => ({ key: volume.name, item: volume })),
  ],
  reads: (given: Given<Aspect>): Reads => {
    const { repair } = given.params
    const saved = repair === undefined ? [] : [savedEvidence(repair)]
    return splitBrainReads(given, hold, ...ways(given).map(({ probe }) => probe), ...saved)
  },
  diff(given, self, peer): Diff {
    const repair = repairOf(given)
    const { item, host } = given
    if (repair === undefined) return inSync
    const isVictim = host.name === repair.discard
    if (item === 'survivor') return (isVictim ? undefined : survivorFlaw(given, self)) ?? inSync
    if (!isVictim) return inSync
    if (item === 'split-brain') return missing(given, repair, self, peer) ?? inSync
    if (item === 'link') return linkFlaw(given, self) ?? inSync
    if (item === 'victim') return victimFlaw(given, self) ?? inSync
    return volumeFlaw(given, item, self, peer) ?? inSync
  },
})

/** There is something to repair, or this repair has done it. */
function missing(
  given: Given<Aspect>,
  { id }: Repair,
  self: Side<Reads, Node>,
  peer: Side<Reads, Node>,
): Refusal | undefined {
  for (const { facts, host } of [self, peer]) {
    const guard = answerTo(facts, promotionGuard)
    if (guard.state === 'unknown')
      return notKnown(`what the promotion guard on ${host.name} remembers`, guard.reason)
  }
  if (isOpen(given, self, peer)) return undefined
  if (answerTo(self.facts, savedEvidence(id)).state === 'present') return undefined
  return refusal(
    'not-divided',
    'there is no split-brain: all volumes are connected, and no node remembers one',
    'see `nfsha status`; `nfsha deploy` mends what else is wrong',
  )
}

/** The links that DRBD uses, with the peer's address on each. */
function ways({ cluster, peer }: Given<Aspect>) {
  return linksFor(cluster, 'replication').flatMap(({ name }) => {
    const address = peer.links[name]?.address
    return address === undefined ? [] : [{ name, address, probe: reach(address) }]
  })
}

/** While the replication link is cut, the victim would stand there without heartbeat for as long as that lasts. */
function linkFlaw(given: Given<Aspect>, { facts }: Side<Reads, Node>): Refusal | undefined {
  const dead = ways(given).find(({ probe }) => factValue(answerTo(facts, probe))?.answers === false)
  if (dead === undefined) return undefined
  return refusal(
    'replication-cut',
    `${given.host.name} does not reach ${given.peer.name} at ${dead.address} (link ${dead.name}), over which it would take the data`,
    'mend the link first; what serves may go on, and both sides are kept as they are',
  )
}

function victimFlaw({ cluster, host }: Given<Aspect>, self: Side<Reads, Node>): Refusal | undefined {
  const parts = partsOf(cluster, self)
  const daemon = answerTo(self.facts, heartbeat(cluster.platform.paths))
  if (daemon.state === 'unknown') return notKnown(`whether heartbeat runs on ${host.name}`, daemon.reason)
  const unsaid = parts.find(({ held }) => held === undefined)
  if (unsaid !== undefined) return notKnown(`what ${host.name} holds`, unsaid.text)
  const isRunning = daemon.state === 'present' && daemon.value.running
  const held = heldTexts(parts)
  if (isRunning || held.length === 0) return undefined
  return refusal(
    'victim-in-use',
    `${host.name} is in use without heartbeat: ${held.join(', ')}`,
    `see who uses it there (fuser -vm MOUNTPOINT), unmount it and \`drbdadm secondary RESOURCE\`; then run again`,
  )
}

function survivorFlaw({ cluster, host }: Given<Aspect>, self: Side<Reads, Node>): Refusal | undefined {
  const held = answerTo(self.facts, hold)
  if (held.state === 'unknown') return notKnown(`whether ${host.name} is held`, held.reason)
  if (held.state === 'present')
    return refusal(
      'survivor-held',
      `${host.name}, which is to serve, is held (${held.value.text})`,
      'when whoever holds it agrees: `nfsha switchover --release`',
    )
  const holding = holdingOf(partsOf(cluster, self))
  if (holding === 'unknown') return notKnown(`what ${host.name} holds`, 'see `nfsha status`')
  const daemon = answerTo(self.facts, heartbeat(cluster.platform.paths))
  if (daemon.state === 'unknown') return notKnown(`whether heartbeat runs on ${host.name}`, daemon.reason)
  if (daemon.state === 'present' && daemon.value.running) return undefined
  return refusal(
    'heartbeat-stopped',
    `heartbeat does not run on ${host.name}, which is to serve`,
    `start it there: \`systemctl start ${cluster.platform.units.heartbeat}\`; its promotion guard keeps it from serving until you have chosen`,
  )
}

/** `self` is the side that is given up. */
function volumeFlaw(
  { cluster, host, peer: survivor }: Given<Aspect>,
  volume: Volume,
  self: Side<Reads, Node>,
  peer: Side<Reads, Node>,
): Refusal | undefined {
  for (const { facts, host: node } of [self, peer]) {
    const fact = answerTo(facts, drbdOf(cluster, volume))
    if (fact.state === 'unknown') return notKnown(`how ${volume.name} is on ${node.name}`, fact.reason)
    if (fact.state === 'absent')
      return refusal(
        'drbd-down',
        `${volume.name} is not up on ${node.name}`,
        `bring it up there: \`drbdadm up ${volume.name}\``,
      )
  }
  const kept = stateOf(cluster, peer, volume)
  if (kept?.disk !== 'UpToDate')
    return refusal(
      'survivor-not-uptodate',
      `the disk of ${volume.name} on ${survivor.name}, whose data are to be kept, is ${kept?.disk}`,
      `only a side that is UpToDate can be kept; compare both again with \`nfsha split-brain show\``,
    )
  if (/^(Diskless|Failed)$/.test(stateOf(cluster, self, volume)?.disk ?? ''))
    return refusal(
      'diskless',
      `${volume.name} runs without its disk on ${host.name}: it was detached, by hand or after an I/O error`,
      `look at dmesg there; when the disk is sound, \`drbdadm attach ${volume.name}\``,
    )
  return isJoined(cluster, self, volume) ? undefined : lineageFlaw(cluster, volume, self, peer)
}

function lineageFlaw(
  cluster: Cluster,
  volume: Volume,
  victim: Side<Reads, Node>,
  survivor: Side<Reads, Node>,
): Refusal | undefined {
  const [lost, kept] = [victim, survivor].map(
    ({ facts, host }) => factValue(answerTo(facts, drbdMetadata(cluster, host, volume)))?.generations,
  )
  const [loser, keeper] = [victim.host.name, survivor.host.name]
  if (lost === undefined || kept === undefined)
    return refusal(
      'unknown-lineage',
      `whether ${keeper} and ${loser} hold data of one line is not known: the generation identifiers of ${volume.name} cannot be read`,
      `make the metadata of both readable (drbdadm get-gi ${volume.name}), then run again`,
    )
  const related = compareGenerations(kept, lost)
  if (related === 'unrelated')
    return refusal(
      'unrelated-data',
      `the data of ${volume.name} on ${keeper} and ${loser} have no common past`,
      'one of the two disks belongs elsewhere: correct the inventory; a repair would overwrite it',
    )
  if (related === 'peer-newer')
    return refusal(
      'survivor-is-older',
      `${volume.name} on ${keeper} is an earlier state of ${loser}'s: nothing of ${keeper}'s would be kept, and all that ${loser} has written since would be lost`,
      `give up the other side (--discard ${keeper}), which loses nothing`,
    )
  return undefined
}

function notKnown(what: string, reason: string): Refusal {
  return refusal('unknown-state', `${what} is not known: ${reason}`, 'mend that first, then run again')
}
