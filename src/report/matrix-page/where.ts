import type { DrillResult } from '../../core/drill.ts'
import { plural } from '../page/words.ts'

/** How many drills, on what, when: figures without these say nothing. */
export function whereText(results: readonly DrillResult[]): string {
  if (results.length === 0) return 'no drills'
  const days = results.map(({ startedAt }) => startedAt.slice(0, 10)).toSorted()
  const [first = '', last = ''] = [days[0], days.at(-1)]
  const machines = new Set(results.map(({ environment: { machine, accel } }) => `${machine} (${accel})`))
  const when = first === last ? first : `${first} to ${last}`
  return `${plural(results.length, 'drill')}, ${[...machines].join(' and ')}, ${when}`
}
