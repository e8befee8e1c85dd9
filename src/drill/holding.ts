import type { Stretch } from '../core/drill.ts'
import type { Sighting } from './sightings.ts'

/** While a machine was stopped, or its writes were frozen, it held what it held and did nothing with it. */
export interface Standstill extends Stretch {
  readonly node: string
}

/** When a node held the whole group, Primary, mounted, NFS listening and the VIP, and its writes went. */
export function activeStretches(sightings: readonly Sighting[], node: string): readonly Stretch[] {
  const held = stretchesWhere(sightings, node, each => isHeld(each, state => state === 'PMNV'))
  return without(held, frozenStretches(sightings, node))
}

/** When DRBD held back a node's writes: it had lost its peer, and did not know what had become of it. */
export function frozenStretches(sightings: readonly Sighting[], node: string): readonly Stretch[] {
  return stretchesWhere(sightings, node, each => (each.what === 'writes' ? each.frozen : undefined))
}

/**
 * When both nodes had what only one may have, a Primary role or a VIP, and could act on it.
 * `standstills`: when a node could not.
 */
export function bothActing(
  sightings: readonly Sighting[],
  nodes: readonly [string, string],
  standstills: readonly Standstill[],
): readonly Stretch[] {
  const acts = (each: Sighting) => isHeld(each, state => /[PV]/i.test(state))
  const [first, second] = nodes.map(node =>
    without(
      stretchesWhere(sightings, node, acts),
      standstills.filter(each => each.node === node),
    ),
  )
  return (first ?? []).flatMap(one =>
    (second ?? []).flatMap(two => {
      const both = { fromMs: Math.max(one.fromMs, two.fromMs), toMs: Math.min(one.toMs, two.toMs) }
      return both.toMs > both.fromMs ? [both] : []
    }),
  )
}

function isHeld(sighting: Sighting, is: (held: string) => boolean): boolean | undefined {
  return sighting.what === 'state' ? is(sighting.held) : undefined
}

/** `is` says undefined of a sighting that does not tell. */
function stretchesWhere(
  sightings: readonly Sighting[],
  node: string,
  is: (sighting: Sighting) => boolean | undefined,
): readonly Stretch[] {
  const found: Stretch[] = []
  let fromMs: number | undefined
  for (const sighting of sightings) {
    if (sighting.node !== node) continue
    const now = sighting.what === 'end' ? false : is(sighting)
    if (now === undefined) continue
    if (now) fromMs ??= sighting.atMs
    else if (fromMs !== undefined) {
      found.push({ fromMs, toMs: sighting.atMs })
      fromMs = undefined
    }
  }
  return found
}

function without(stretches: readonly Stretch[], holes: readonly Stretch[]): readonly Stretch[] {
  return holes.reduce<readonly Stretch[]>(
    (left, hole) =>
      left.flatMap(({ fromMs, toMs }) =>
        [
          { fromMs, toMs: Math.min(toMs, hole.fromMs) },
          { fromMs: Math.max(fromMs, hole.toMs), toMs },
        ].filter(each => each.toMs > each.fromMs),
      ),
    stretches,
  )
}
