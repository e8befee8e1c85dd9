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

/** The observer looks every 50 ms, and says once a second that it lives (templates/drill/node.pl). */
const pollingMs = 50
const tickMs = 1000

/**
 * What the nodes' observers told, in order of time. Kernel lines carry their own clock, which the
 * epoch's `clock` line ties to the monotonic one. An epoch ends with a sighting `end`: from there on
 * nobody saw that node.
 */
export function sightingsOf(epochs: readonly Epoch[]): readonly Sighting[] {
  return epochs
    .flatMap((epoch, at) => sightingsOfEpoch(epoch, livesOn(epoch, epochs.slice(at + 1))))
    .toSorted((a, b) => a.atMs - b.atMs)
}

/** Whether only the link ended: the node's monotonic clock went on in its next epoch, so there was no boot between. */
function livesOn({ host, lines }: Epoch, later: readonly Epoch[]): boolean {
  const next = later.find(each => each.host === host)
  const stamps = (of: Epoch['lines']) =>
    of.flatMap(({ text }) => (text.startsWith('kernel ') ? [] : [Number(text.split(' ')[1])]))
  return next !== undefined && (stamps(next.lines)[0] ?? 0) > Math.max(...stamps(lines))
}

function sightingsOfEpoch(
  { host, readings, lines, endedMs }: Epoch,
  hasLivedOn: boolean,
): readonly Sighting[] {
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
  // A machine that resets itself ends no connection: that is noticed long after the last word.
  const endMs = hasLivedOn ? (endedMs ?? lastMs) : Math.min(endedMs ?? lastMs, lastMs + tickMs)
  return [...seen, { node: host, atMs: endMs, uncertaintyMs: pollingMs, what: 'end' }]
}
