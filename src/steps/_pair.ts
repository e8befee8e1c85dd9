import type { Node } from '../core/cluster.ts'
import { type Refusal, refusal, type Side } from '../core/diff.ts'
import { factValue } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import type { Given } from '../core/step.ts'
import { answerTo, type GroupPart, heldTexts } from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { heartbeat, heartbeatMoves } from '../facts/heartbeat.ts'
import { startFailure } from '../facts/start-failed.ts'
import { partsOf } from './_group.ts'
import { holdOf } from './_hold.ts'

/** Both nodes as a diff sees them. */
export interface Pair {
  readonly given: Given<undefined>
  readonly self: NodeView
  readonly peer: NodeView
}

export interface NodeView {
  readonly side: Side<Reads, Node>
  readonly name: string
  readonly parts: readonly GroupPart[]
  readonly heartbeatRuns: boolean
  readonly isHeld: boolean
}

export function pairOf(given: Given<undefined>, self: Side<Reads, Node>, peer: Side<Reads, Node>): Pair {
  const view = (side: Side<Reads, Node>): NodeView => {
    const daemon = answerTo(side.facts, heartbeat(given.cluster.platform.paths))
    return {
      side,
      name: side.host.name,
      parts: partsOf(given.cluster, side),
      heartbeatRuns: daemon.state === 'present' && daemon.value.running,
      isHeld: holdOf(side) !== undefined,
    }
  }
  return { given, self: view(self), peer: view(peer) }
}

/** Whether heartbeat moves resources on either node; while that is not known, it may. */
export function isMoving({ given, self, peer }: Pair): boolean {
  return [self, peer].some(({ side }) => {
    const moves = answerTo(side.facts, heartbeatMoves(given.cluster.platform.paths))
    return moves.state === 'unknown' || (moves.state === 'present' && moves.value)
  })
}

/** Why the last start of the group failed on a node; nothing where none did. */
export function startFailedText({ name, side }: NodeView): readonly string[] {
  const failure = factValue(answerTo(side.facts, startFailure))
  return failure === undefined ? [] : [`its start failed on ${name} in ${failure.phase}: ${failure.reason}`]
}

/** Both nodes have what only one may have. */
export function splitBrain({ self, peer }: Pair): Refusal {
  return refusal(
    'split-brain',
    `both nodes act: ${self.name} (${heldTexts(self.parts).join(', ')}) and ${peer.name} (${heldTexts(peer.parts).join(', ')})`,
    'compare both sides with `nfsha split-brain show` and choose whose data to keep; then `nfsha split-brain repair --discard NODE`',
  )
}

/** A node does not say whether it has a part of the group. */
export function unknownState({ self, peer }: Pair): Refusal {
  const unanswered = [self, peer].flatMap(({ name, parts }) =>
    parts.filter(({ held }) => held === undefined).map(({ text }) => `${name}: ${text}`),
  )
  return refusal(
    'unknown-state',
    `who is active is not known: ${unanswered.join('; ')}`,
    'see `nfsha status` and mend that first, then run again',
  )
}

/** Whether the promotion guard of a side remembers a split-brain that nobody has resolved. */
export function isBarred({ facts }: Side<Reads, Node>): boolean {
  const guard = answerTo(facts, promotionGuard)
  if (guard.state !== 'present') return false
  const { marks } = guard.value
  return marks.some(
    mark => mark.endsWith('.split-brain') && !marks.includes(mark.replace(/split-brain$/, 'chosen')),
  )
}
