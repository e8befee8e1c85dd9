import { barX, dot, text } from '@observablehq/plot'
import type { DrillResult } from '../../core/drill.ts'
import { rangeText } from '../failover.ts'
import { chart } from '../page/chart.ts'
import type { Html } from '../page/html.ts'
import { measured, plural, secondsTick } from '../page/words.ts'
import { missOf, missText } from './miss.ts'
import { stallOf } from './window.ts'

/** What a prediction was made of. */
function sourceOf({ from, drills }: NonNullable<DrillResult['prediction']>): string {
  if (from === 'timers') return 'the timers and a usual range of script costs'
  return drills === undefined
    ? 'the timers and the script costs of this pair’s drills of another kind'
    : `the timers and ${plural(drills.count, 'drill')} of this kind`
}

/** The predicted range and what was measured, on one line. */
export function predictionChart(result: DrillResult): Html | undefined {
  const { prediction } = result
  const stall = stallOf(result)
  const miss = missOf(result)
  if (prediction === undefined || stall === undefined || miss === undefined) return undefined
  const { lowMs, highMs } = prediction
  const range = rangeText([lowMs / 1000, highMs / 1000])
  return chart({
    label: `Predicted ${range}, measured ${measured(stall.worstMs)}: ${missText(miss)}.`,
    caption: `Predicted before the fault from ${sourceOf(prediction)}: ${range}. Measured: ${measured(stall.worstMs)}, ${missText(miss)}.`,
    draw: ({ isNarrow }) => ({
      height: 84,
      marginLeft: 6,
      marginRight: 20,
      marginTop: 26,
      marginBottom: 28,
      x: {
        domain: [0, (Math.max(highMs, stall.worstMs) / 1000) * 1.15],
        label: null,
        ticks: isNarrow ? 4 : 10,
        tickFormat: secondsTick,
        grid: true,
      },
      marks: [
        // At least as wide as the eye needs to see that there is a range.
        barX([prediction], {
          x1: lowMs / 1000,
          x2: Math.max(highMs, lowMs * 1.01) / 1000,
          fill: 'var(--t1)',
          className: 'predicted',
        }),
        dot([stall], { x: stall.worstMs / 1000, r: 6, fill: 'var(--stall)', className: 'measured' }),
        text([stall], {
          x: stall.worstMs / 1000,
          text: () => `measured ${measured(stall.worstMs)}`,
          frameAnchor: 'top',
          dy: -10,
          textAnchor: stall.worstMs * 2 > Math.max(highMs, stall.worstMs) ? 'end' : 'start',
          fontWeight: 600,
          className: 'measured-value',
        }),
      ],
    }),
  })
}
