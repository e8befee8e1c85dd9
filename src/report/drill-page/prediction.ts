import { barX, dot, text } from '@observablehq/plot'
import type { DrillResult } from '../../core/drill.ts'
import { chart } from '../page/chart.ts'
import type { Html } from '../page/html.ts'
import { measured, secondsTick } from '../page/words.ts'
import { missOf, missText } from './miss.ts'
import { stallOf } from './window.ts'

const sources = {
  timers: 'the timers and a usual range of script costs',
  'last-drill': "the timers and the script costs of this pair's last drill",
} as const

/** The predicted range and what was measured, on one line. */
export function predictionChart(result: DrillResult): Html | undefined {
  const { prediction } = result
  const stall = stallOf(result)
  const miss = missOf(result)
  if (prediction === undefined || stall === undefined || miss === undefined) return undefined
  const { lowMs, highMs } = prediction
  const range = lowMs === highMs ? measured(lowMs) : `${measured(lowMs)} to ${measured(highMs)}`
  return chart({
    label: `Predicted ${range}, measured ${measured(stall.worstMs)}: ${missText(miss)}.`,
    caption: `Predicted before the fault from ${sources[prediction.from]}: ${range}. Measured: ${measured(stall.worstMs)}, ${missText(miss)}.`,
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
