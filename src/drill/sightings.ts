import { onController } from './clock.ts'
import type { Epoch } from './observer.ts'

/** Something that a node's observer saw, on the controller's clock. */
export type Sighting = { readonly node: string; readonly atMs: number; readonly uncertaintyMs: number } & (
  | { readonly what: 'state'; readonly held: string }
  | { readonly what: 'drbd'; readonly states: readonly string[] }
  | { readonly what: 'writes'; readonly frozen: boolean }
  | { readonly what: 'grace'; readonly isOver: boolean }
  | { readonly what: 'kernel'; readonly text: string }
  | { readonly what: 'heartbeat'; readonly text: string }
  | { readonly what: 'end' }
)

/** The observer looks every 50 ms (templates/drill/node.pl). */
const pollingMs = 50

/**
 * What the nodes' observers told, in order of time. Kernel lines carry their own clock, which the
 * epoch's `clock` line ties to the monotonic one. An epoch ends with a sighting `end`: from there on
 * nobody saw that node.
 */
export function sightingsOf(epochs: readonly Epoch[]): readonly Sighting[] {
  return epochs.flatMap(sightingsOfEpoch).toSorted((a, b) => a.atMs - b.atMs)
}

function sightingsOfEpoch({ host, readings, lines, endedMs }: Epoch): readonly Sighting[] {
  if (readings.length === 0) return []
  const sure = Math.max(...readings.map(({ uncertaintyMs }) => uncertaintyMs))
  let kernelAhead = 0
  let lastMs = 0
  const seen = lines.flatMap(({ text, arrivedMs }): readonly Sighting[] => {
    const [what = '', stamp = '', ...words] = text.split(' ')
    const rest = words.join(' ')
    if (what === 'clock') kernelAhead = Number(rest) / 1000 - Number(stamp)
    const hostMs = what === 'kernel' ? Number(stamp) / 1000 - kernelAhead : Number(stamp)
    const atMs = onController(readings, hostMs, arrivedMs)
    if (atMs === undefined || Number.isNaN(atMs)) return []
    lastMs = Math.max(lastMs, atMs)
    const at = { node: host, atMs, uncertaintyMs: Math.ceil(sure + (what === 'kernel' ? 0 : pollingMs)) }
    if (what === 'state') return [{ ...at, what, held: rest }]
    if (what === 'drbd') return [{ ...at, what, states: words }]
    if (what === 'writes') return [{ ...at, what, frozen: rest === 'frozen' }]
    if (what === 'grace') return [{ ...at, what, isOver: rest === 'Y' }]
    if (what === 'kernel' || what === 'heartbeat') return [{ ...at, what, text: rest }]
    return []
  })
  return [...seen, { node: host, atMs: endedMs ?? lastMs, uncertaintyMs: pollingMs, what: 'end' }]
}
