import type { DrillResult } from '../core/drill.ts'
import { missOf, missText } from './drill-page/miss.ts'
import { seconds } from './drill-text.ts'
import { cellsOf, spreadOf, worstAppendMs } from './matrix-page/summary.ts'
import { plural } from './page/words.ts'
import type { Paint } from './paint.ts'

/** The run to look at first: one that failed before one that passed, then the longest stall. */
export function worstRun(results: readonly [DrillResult, ...DrillResult[]]): DrillResult {
  const [first, ...others] = results
  return others.reduce((worst, one) => (isWorse(one, worst) ? one : worst), first)
}

function isWorse(one: DrillResult, than: DrillResult): boolean {
  if (one.verdict !== than.verdict) return one.verdict === 'failed'
  return (worstAppendMs(one) ?? 0) > (worstAppendMs(than) ?? 0)
}

/** What several runs of one drill come to, in two lines; nothing for a single one. */
export function repeatsText(results: readonly DrillResult[], paint: Paint): string | undefined {
  const [cell] = cellsOf(results)
  if (cell === undefined || results.length < 2) return undefined
  const { runs, passed, lost, unknown, acknowledged, stall } = cell
  const miss = spreadOf(results.flatMap(result => missOf(result) ?? []))
  return [
    `${paint('title', `${runs} runs`)}: ${paint(passed === runs ? 'good' : 'bad', `${passed} passed`)}, ${acknowledged} writes acknowledged, ${lost === 0 ? 'none lost' : paint('bad', `${lost} LOST`)}${unknown === 0 ? '' : paint('bad', `, not known of ${plural(unknown, 'run')}`)}`,
    ...(stall === undefined
      ? []
      : [
          `Worst append: ${seconds(stall.median)} in the median, ${seconds(stall.min)} to ${seconds(stall.max)}`,
        ]),
    ...(miss === undefined ? [] : [`Prediction: ${missText(miss.median)} in the median`]),
  ].join('\n')
}
