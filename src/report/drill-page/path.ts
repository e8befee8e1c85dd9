import { barX, dot, link, text } from '@observablehq/plot'
import type { DrillResult, Moment, Stretch } from '../../core/drill.ts'
import { chart } from '../page/chart.ts'
import type { Html } from '../page/html.ts'
import { foldedTable } from '../page/table.ts'
import { measured, momentTitles, secondsTick, signed } from '../page/words.ts'

/** A moment, and how long after the one before it: where the time went. */
interface Stage extends Moment {
  readonly row: string
  readonly fromS: number
  readonly toS: number
  readonly tookMs: number
}

/** The moments of the failover as a staircase: each row begins where the one before it ended. */
export function pathChart({ moments }: DrillResult, window: Stretch): Html {
  const shown = moments.filter(({ atMs }) => atMs >= window.fromMs && atMs <= window.toMs)
  const stages = stagesOf(shown)
  return chart({
    label: `The failover step by step: ${stages.map(({ row, atMs }) => `${row} at ${signed(atMs)}`).join(', ')}.`,
    caption: 'Each bar is the time since the moment before it. Whiskers: how far off a moment may be.',
    draw: ({ isNarrow }) => ({
      height: 34 + stages.length * (isNarrow ? 40 : 27),
      marginLeft: isNarrow ? 8 : 210,
      marginRight: isNarrow ? 8 : 60,
      marginTop: 4,
      marginBottom: 28,
      x: {
        domain: [
          Math.min(0, ...stages.map(({ fromS }) => fromS)),
          Math.max(1, ...stages.map(({ toS }) => toS)),
        ],
        nice: true,
        label: null,
        ticks: isNarrow ? 4 : 10,
        tickFormat: secondsTick,
        grid: true,
      },
      y: { domain: stages.map(({ row }) => row), axis: null, padding: isNarrow ? 0.62 : 0.35 },
      marks: [
        barX(stages, { y: 'row', x1: 'fromS', x2: 'toS', fill: 'var(--t1)', className: 'stages' }),
        link(stages, {
          y: 'row',
          x1: ({ atMs, uncertaintyMs }: Stage) => (atMs - uncertaintyMs) / 1000,
          x2: ({ atMs, uncertaintyMs }: Stage) => (atMs + uncertaintyMs) / 1000,
          stroke: 'currentColor',
          strokeWidth: 1.5,
          className: 'uncertainties',
        }),
        dot(stages, { y: 'row', x: 'toS', r: 4, fill: 'var(--accent)', className: 'moments' }),
        text(stages, {
          y: 'row',
          text: isNarrow ? ({ row, atMs }: Stage) => `${row}  ${signed(atMs)}` : 'row',
          frameAnchor: 'left',
          textAnchor: isNarrow ? 'start' : 'end',
          dx: isNarrow ? 0 : -12,
          dy: isNarrow ? -16 : 0,
          className: 'moment-names',
        }),
        ...(isNarrow
          ? []
          : [
              text(stages, {
                y: 'row',
                text: ({ atMs }: Stage) => signed(atMs),
                frameAnchor: 'right',
                textAnchor: 'start',
                dx: 8,
                className: 'moment-times',
              }),
            ]),
      ],
    }),
    below: pathTable(moments),
  })
}

function stagesOf(moments: readonly Moment[]): readonly Stage[] {
  const sorted = moments.toSorted((a, b) => a.atMs - b.atMs)
  return sorted.map((moment, i) => {
    const before = sorted[i - 1]?.atMs ?? moment.atMs
    return {
      ...moment,
      row: momentTitles[moment.name],
      fromS: before / 1000,
      toS: moment.atMs / 1000,
      tookMs: moment.atMs - before,
    }
  })
}

function pathTable(moments: readonly Moment[]): Html {
  return foldedTable(
    'All moments as a table',
    [
      { name: 'moment' },
      { name: 'seen by' },
      { name: 'after the fault', isNumber: true },
      { name: 'since the one before', isNumber: true },
      { name: 'uncertain by', isNumber: true },
    ],
    stagesOf(moments).map(({ row, host, atMs, tookMs, uncertaintyMs }) => [
      row,
      host,
      signed(atMs),
      measured(tookMs),
      `± ${measured(uncertaintyMs)}`,
    ]),
  )
}
