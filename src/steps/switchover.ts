import {
  type Diff,
  type Expectation,
  expects,
  inSync,
  type Refusal,
  refusal,
  type Wait,
} from '../core/diff.ts'
import { present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { defineStep, type Given } from '../core/step.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { answerTo, holdingOf, missingTexts, whoActs } from '../facts/group.ts'
import { heartbeat, heartbeatMoves } from '../facts/heartbeat.ts'
import { startFailure } from '../facts/start-failed.ts'
import { vipServes } from '../facts/vip-answers.ts'
import { groupReads } from './_group.ts'
import { handOver, takeOver } from './_hand-over.ts'
import { answersTo, diffLook, looksOf } from './_look.ts'
import {
  isMoving,
  type NodeView,
  type Pair,
  pairOf,
  splitBrain,
  startFailedText,
  unknownState,
} from './_pair.ts'
import { expectAll, expectNothing, expectRoles } from './_serving.ts'

/** A move takes seconds; one that heartbeat is at already may begin with its own waits. */
const patienceMs = 180_000

/**
 * The node that `to` names has the whole resource group, and the other one nothing of it. heartbeat moves
 * it: the active node asks it to (hb_standby), and both nodes tell how it goes.
 */
export default defineStep({
  id: 'switchover',
  title: 'Move the service',
  joint: true,
  reads: ({ cluster }: Given<undefined>): Reads =>
    groupReads(
      cluster,
      heartbeat(cluster.platform.paths),
      heartbeatMoves(cluster.platform.paths),
      startFailure,
      exportsServed(exportsPath(cluster)),
      ...looksOf(cluster).map(answersTo),
    ),
  diff: (given, self, peer) => diffMove(pairOf(given, self, peer)),
})

function diffMove(pair: Pair): Diff {
  const { self, peer, given } = pair
  const { to } = given.params
  if (to === undefined) return inSync
  const acting = whoActs(self.parts, peer.parts)
  if (acting === 'both') return splitBrain(pair)
  if ([self, peer].some(({ parts }) => holdingOf(parts) === 'unknown')) return unknownState(pair)
  const target = self.name === to ? self : peer
  const other = target === self ? peer : self
  const isThere = holdingOf(target.parts) === 'all' && holdingOf(other.parts) === 'none'
  if (isThere) return self === target ? { kind: 'in-sync', note: 'active' } : seenFrom(pair)
  if (isMoving(pair)) return waitForMove(pair)
  if (acting === 'none') return nobodyServes(pair)
  const active = acting === 'self' ? self : peer
  if (active === target) return halfThere(target)
  return self === target ? takes(pair) : handsOver(pair)
}

/** The active node's side of the move. */
function handsOver({ given, self, peer }: Pair): Diff {
  const { cluster } = given
  return {
    kind: 'change',
    symbol: '~',
    summary: `hand the service over to ${peer.name}`,
    risk: 'disruptive',
    actions: [handOver(cluster, peer.side.host)],
    expect: { self: afterwards(given, self) },
  }
}

/** The target's side of the move. */
function takes({ given, self, peer }: Pair): Diff {
  return {
    kind: 'change',
    symbol: '~',
    summary: `take it over from ${peer.name}`,
    risk: 'disruptive',
    actions: [takeOver(given.cluster, peer.side.host)],
    expect: { self: afterwards(given, self) },
  }
}

/** What is found on a node once the target serves. */
function afterwards({ cluster, params, render }: Given<undefined>, node: NodeView): readonly Expectation[] {
  const { facts, host } = node.side
  const roles = (role: string, peerRole: string) => expectRoles(cluster, facts, { role, peerRole })
  if (node.name === params.to)
    return [...expectAll(cluster, host, facts, render), ...roles('Primary', 'Secondary')]
  return [
    ...expectNothing(cluster, facts),
    ...roles('Secondary', 'Primary'),
    ...looksOf(cluster).map(look => expects(answersTo(look), present(vipServes))),
  ]
}

/** The target serves; what counts is that the other node gets to it through the VIPs. */
function seenFrom({ given, self }: Pair): Diff {
  const diffs = looksOf(given.cluster).map(look =>
    diffLook(look, self.side.host, answerTo(self.side.facts, answersTo(look))),
  )
  return diffs.find(({ kind }) => kind !== 'in-sync') ?? inSync
}

function waitForMove({ given, self, peer }: Pair): Wait {
  const target = self.name === given.params.to ? self : peer
  return {
    kind: 'wait',
    summary: `wait until ${target.name} serves: heartbeat is moving the service`,
    noProgressMs: patienceMs,
    progress: `${target.name}: ${missingTexts(target.parts).join(', ') || 'has all'}`,
    expect: { self: afterwards(given, self) },
  }
}

function nobodyServes({ given, self, peer }: Pair): Refusal {
  const failed = [self, peer].flatMap(startFailedText)
  return refusal(
    'nobody-serves',
    `no node serves, so there is nothing to hand over${failed.map(text => `; ${text}`).join('')}`,
    `see why in \`nfsha status\`; when ${given.params.to} may serve, run \`${given.cluster.platform.paths.heartbeatShare}/hb_takeover all\` there`,
  )
}

function halfThere(target: NodeView): Refusal {
  return refusal(
    'half-moved',
    `${target.name} has only a part of the group: ${missingTexts(target.parts).join(', ')}`,
    '`nfsha deploy` starts what is missing, and stops what the other node has too much',
  )
}
