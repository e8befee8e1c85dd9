import type { Cluster } from '../core/cluster.ts'
import { type Facts, factValue, type HostFacts } from '../core/fact.ts'
import { answerTo } from '../facts/group.ts'
import { type PendingChange, pendingMove } from '../facts/pending-move.ts'
import { rehearsalHere } from '../facts/rehearsal.ts'
import type { Concern, NodeStatus, PendingEdit } from './status.ts'

/** Why a node that does not serve could not take the group over now. */
export function takeoverConcerns(
  { name, held }: NodeStatus,
  facts: HostFacts,
  active: string | undefined,
): readonly Concern[] {
  if (held !== undefined || name === active) return []
  const flaws = factValue(answerTo(facts, rehearsalHere))?.refused ?? []
  return flaws.map(({ text, next }) => ({ host: name, text: `could not take over now: ${text}`, next }))
}

/** What is on the active node already, and counts when the group moves, or is started again. */
export function pendingEdits(
  cluster: Cluster,
  facts: Facts,
  active: string | undefined,
): readonly PendingEdit[] {
  if (active === undefined) return []
  const changes = factValue(answerTo(facts[active] ?? {}, pendingMove(cluster))) ?? []
  return changes.map(change => ({ host: active, text: textOf(change) }))
}

function textOf(change: PendingChange): string {
  if (change.kind === 'file') return `${change.path} has changed since the group was started`
  return `the mount options of ${change.volume}: ${change.to} instead of ${change.from}`
}
