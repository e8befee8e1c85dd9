import { type Diff, inSync, type Refusal, refusal, type Wait } from '../core/diff.ts'
import { groupCommand } from '../core/group-command.ts'
import type { Reads } from '../core/probe.ts'
import { defineStep, type Given } from '../core/step.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { answerTo, heldTexts, holdingOf, missingTexts, whoActs } from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { heartbeat, heartbeatMoves } from '../facts/heartbeat.ts'
import { startFailure } from '../facts/start-failed.ts'
import { run } from './_command.ts'
import { groupReads } from './_group.ts'
import { respectHold } from './_hold.ts'
import {
  isBarred,
  isMoving,
  type NodeView,
  type Pair,
  pairOf,
  splitBrain,
  startFailedText,
  unknownState,
} from './_pair.ts'
import { expectAll, expectNothing, expectRoles } from './_serving.ts'

/** A start of the group takes seconds; heartbeat first waits `initdead` for a peer that it has not heard yet. */
const patienceMs = 180_000

/** Exactly one node, whichever it is, has the whole resource group, and the other has nothing of it. */
export default respectHold(
  defineStep({
    id: 'serving',
    title: 'Wait until one node serves',
    joint: true,
    reads: ({ cluster }: Given<undefined>): Reads =>
      groupReads(
        cluster,
        heartbeat(cluster.platform.paths),
        heartbeatMoves(cluster.platform.paths),
        promotionGuard,
        startFailure,
        exportsServed(exportsPath(cluster)),
      ),
    diff: (given, self, peer) => diffServing(pairOf(given, self, peer)),
  }),
)

function diffServing(pair: Pair): Diff {
  const { self, peer } = pair
  const acting = whoActs(self.parts, peer.parts)
  if (acting === 'both') return splitBrain(pair)
  if ([self, peer].some(({ parts }) => holdingOf(parts) === 'unknown')) return unknownState(pair)
  if (acting === 'none') return bothBarred(pair) ?? waitForHeartbeat(pair, candidate(pair))
  const [active, passive] = acting === 'self' ? [self, peer] : [peer, self]
  const settled = holdingOf(active.parts) === 'all' && holdingOf(passive.parts) === 'none'
  if (settled) return self === active ? { kind: 'in-sync', note: 'active' } : inSync
  if (isMoving(pair)) return waitForHeartbeat(pair, active)
  return self === active ? startMissing(pair) : stopStray(pair)
}

/** The node that heartbeat will start the group on: its preferred one, unless only the other can. */
function candidate({ given, self, peer }: Pair): NodeView {
  const [first, second] = self.name === given.cluster.preferredNode ? [self, peer] : [peer, self]
  return first.isHeld || !first.heartbeatRuns ? second : first
}

function waitForHeartbeat({ given, self, peer }: Pair, next: NodeView): Wait {
  const { cluster, render } = given
  const { facts, host } = self.side
  return {
    kind: 'wait',
    summary: 'wait until exactly one node serves (heartbeat decides which; see /var/log/ha-log there)',
    noProgressMs: cluster.heartbeat.initdeadMs + patienceMs,
    progress: [
      `${next.name}: ${missingTexts(next.parts).join(', ')}`,
      ...[self, peer].flatMap(refusedText),
      ...[self, peer].flatMap(startFailedText),
    ].join('; '),
    expect: {
      self:
        next === self
          ? expectAll(cluster, host, facts, render)
          : expectRoles(cluster, facts, { peerRole: 'Primary' }),
    },
  }
}

/** Why the promotion guard last refused on a node that has nothing. */
function refusedText({ name, side }: NodeView): readonly string[] {
  const guard = answerTo(side.facts, promotionGuard)
  const refused = guard.state === 'present' ? guard.value.refused : undefined
  return refused === undefined ? [] : [`${name} refused: ${refused.reason} (${refused.next})`]
}

/** Something of the group was stopped by hand: the group's own script starts what is missing, where it is. */
function startMissing({ given, self, peer }: Pair): Diff {
  const missing = missingTexts(self.parts)
  if (missing.length === 0) return inSync
  if (!self.heartbeatRuns)
    return refusal(
      'resources-without-heartbeat',
      `${self.name} has a part of the group (${heldTexts(self.parts).join(', ')}), but heartbeat does not run there`,
      `see \`nfsha status\`; nothing is started on ${self.name} or ${peer.name} before that is settled`,
    )
  const { cluster, render } = given
  return {
    kind: 'change',
    symbol: '~',
    summary: `start what is missing on the active node: ${missing.join(', ')}`,
    risk: 'safe',
    promise: 'what clients already use goes on: only what is missing is started',
    actions: [run(groupCommand(cluster, 'start'), { timeoutMs: 180_000 })],
    expect: { self: expectAll(cluster, self.side.host, self.side.facts, render) },
  }
}

/** Parts of the group on the node that is not active, left from an interrupted move or started by hand. */
function stopStray({ given, self }: Pair): Diff {
  const stray = heldTexts(self.parts)
  if (stray.length === 0) return inSync
  const { cluster } = given
  return {
    kind: 'change',
    symbol: '~',
    summary: `stop on the passive node what only the active one may run: ${stray.join(', ')}`,
    risk: 'safe',
    actions: [run(groupCommand(cluster, 'stop'), { timeoutMs: 180_000 })],
    expect: { self: expectNothing(cluster, self.side.facts) },
  }
}

/** With a split-brain mark on both nodes, neither may be promoted until somebody chooses. */
function bothBarred({ self, peer }: Pair): Refusal | undefined {
  if (![self, peer].every(({ side }) => isBarred(side))) return undefined
  return refusal(
    'split-brain',
    `both ${self.name} and ${peer.name} remember a split-brain that nobody has resolved, so neither serves`,
    'compare both sides with `nfsha split-brain show` and choose whose data to keep; then `nfsha split-brain repair --discard NODE`',
  )
}
