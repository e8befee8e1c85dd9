import { type Cluster, peerOf } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import { type Facts, factValue } from '../core/fact.ts'
import { answerTo, groupParts, whoActs } from '../facts/group.ts'
import { hold } from '../facts/hold.ts'
import { bootId, maintenanceOf } from '../facts/maintenance.ts'

/** A node's turn in a rolling maintenance. */
export interface Turn {
  readonly node: string
  /** The node that serves meanwhile. */
  readonly to: string
  /** What the marker says besides who and when; or the marker itself, of a turn that was broken off. */
  readonly reason: string
  readonly marker?: string
}

export interface Itinerary {
  readonly turns: readonly Turn[]
  /** The node that serves before the first turn. */
  readonly active: string
}

/**
 * Whose turn it is, and whose after that: a node that a broken-off maintenance holds goes first, and
 * those that its marker calls done are left out; else the passive node comes first. Errors: `refused`,
 * when no node serves, or one is held by somebody for other reasons.
 */
export function itineraryFor(cluster: Cluster, facts: Facts, only: string | undefined): Itinerary {
  const active = activeNode(cluster, facts)
  const passive = peerOf(cluster, active).name
  const begun = cluster.nodes.flatMap(({ name }) => {
    const marker = factValue(answerTo(facts[name] ?? {}, hold))?.text
    if (marker === undefined) return []
    if (maintenanceOf(marker) === undefined) throw heldElsewhere(name, marker)
    return [{ name, marker, done: doneBefore(marker) }]
  })
  const [first] = begun
  const order = first === undefined ? [passive, active] : [first.name, peerOf(cluster, first.name).name]
  const done = first?.done ?? []
  const chosen = order.filter(name => !done.includes(name) && (only === undefined || name === only))
  if (first !== undefined && !chosen.includes(first.name)) throw heldElsewhere(first.name, first.marker)
  return {
    active,
    turns: chosen.map((node, index) => ({
      node,
      to: peerOf(cluster, node).name,
      reason: reasonFor(facts, node, [...done, ...chosen.slice(0, index)]),
      ...(node === first?.name && { marker: first.marker }),
    })),
  }
}

/** The boot that it begins in tells a reboot that is done from one that is not; the rest, who had a turn. */
function reasonFor(facts: Facts, node: string, done: readonly string[]): string {
  const boot = answerTo(facts[node] ?? {}, bootId)
  if (boot.state !== 'present')
    throw new NfshaError('refused', `${node} does not say which boot this is`, 'look at it, then run again')
  return `maintenance (boot ${boot.value}; done: ${done.join(', ') || 'none'})`
}

function doneBefore(marker: string): readonly string[] {
  const names = /; done: ([^)]*)\)/.exec(marker)?.[1] ?? 'none'
  return names === 'none' ? [] : names.split(', ')
}

function activeNode(cluster: Cluster, facts: Facts): string {
  const [first, second] = cluster.nodes
  const parts = ({ name }: { name: string }) => groupParts(cluster, facts[name] ?? {})
  const acting = whoActs(parts(first), parts(second))
  if (acting === 'self') return first.name
  if (acting === 'peer') return second.name
  throw new NfshaError(
    'refused',
    acting === 'both' ? 'both nodes act' : 'no node serves, so none can be spared',
    'see `nfsha status` and mend that first',
  )
}

function heldElsewhere(node: string, marker: string): NfshaError {
  return new NfshaError(
    'refused',
    `${node} is held (${marker})`,
    'when whoever holds it agrees: `nfsha switchover --release`; then run again',
  )
}
