import type { Stretch } from '../core/drill.ts'
import type { Sighting } from './sightings.ts'

/** While a machine was stopped, it held what it held and did nothing with it. */
export interface Standstill extends Stretch {
  readonly node: string
}

/** When a node held the whole group: Primary, mounted, NFS listening and the VIP. */
export function activeStretches(sightings: readonly Sighting[], node: string): readonly Stretch[] {
  return stretchesWhere(sightings, node, held => held === 'PMNV')
}

/**
 * When both nodes had what only one may have, a Primary role or a VIP, and ran. `standstills`: when
 * a machine did not run.
 */
export function bothActing(
  sightings: readonly Sighting[],
  nodes: readonly [string, string],
  standstills: readonly Standstill[],
): readonly Stretch[] {
  const acts = (held: string) => /[PV]/i.test(held)
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

function stretchesWhere(
  sightings: readonly Sighting[],
  node: string,
  is: (held: string) => boolean,
): readonly Stretch[] {
  const found: Stretch[] = []
  let fromMs: number | undefined
  for (const sighting of sightings) {
    if (sighting.node !== node || (sighting.what !== 'state' && sighting.what !== 'end')) continue
    const now = sighting.what === 'state' && is(sighting.held)
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
