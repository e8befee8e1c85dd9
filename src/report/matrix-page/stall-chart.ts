import { dot, link, text, tickX } from '@observablehq/plot'
import { chart, key } from '../page/chart.ts'
import type { Html } from '../page/html.ts'
import { faultTitle, measured, secondsTick } from '../page/words.ts'
import { timeFigures } from './figures.ts'
import { type Cell, type Spread, worstAppendMs } from './summary.ts'

interface Measured extends Cell {
  readonly stall: Spread
}

const rowOf = ({ fault, variant }: Pick<Cell, 'fault' | 'variant'>) => `${fault} ${variant}`

/** What fits a sheet of A4. */
const rowsPerChart = 36

/** Each fault's stall by variant: median, and from the least to the greatest; gate and goal where there are any. */
export function stallCharts(cells: readonly Cell[]): readonly Html[] {
  const shown = cells.filter((cell): cell is Measured => cell.stall !== undefined)
  const limits = limitsOf(shown)
  const values = [...shown.flatMap(({ stall }) => [stall.min, stall.max]), ...limits.map(({ ms }) => ms)]
  const least = values.reduce((a, b) => Math.min(a, b), 1000)
  const greatest = values.reduce((a, b) => Math.max(a, b), 10_000)
  return sheetsOf(shown).map(sheet => stallChart(sheet, limits, [least / 1300, greatest / 770]))
}

/** Cells in pieces that fit a sheet, none of which parts a fault unless that alone is too long. */
function sheetsOf(cells: readonly Measured[]): readonly (readonly Measured[])[] {
  const sheets: Measured[][] = []
  for (const fault of new Set(cells.map(cell => cell.fault))) {
    const own = cells.filter(cell => cell.fault === fault)
    const last = sheets.at(-1)
    if (last !== undefined && rowCount(last) + own.length + 1 <= rowsPerChart) last.push(...own)
    else sheets.push(own)
  }
  return sheets
}

/** A row for each cell, and one for each fault's name. */
function rowCount(cells: readonly Cell[]): number {
  return cells.length + new Set(cells.map(({ fault }) => fault)).size
}

function stallChart(
  shown: readonly Measured[],
  allLimits: readonly Limit[],
  [fromS, toS]: readonly [fromS: number, toS: number],
): Html {
  const faults = [...new Set(shown.map(({ fault }) => fault))]
  const rows = faults.flatMap(fault => [fault, ...shown.filter(cell => cell.fault === fault).map(rowOf)])
  const limits = allLimits.filter(({ fault }) => faults.includes(fault))
  return chart({
    label: `Worst stall by fault and variant: ${shown.map(cell => `${cell.fault} ${cell.variant} ${measured(cell.stall.median)}`).join(', ')}.`,
    caption:
      'Worst fsync’d append of each drill, in seconds on a logarithmic scale: the median as a dot, a line from the least to the greatest.',
    draw: ({ isNarrow }) => ({
      height: 30 + rows.length * 24,
      marginLeft: isNarrow ? 104 : 150,
      marginRight: isNarrow ? 48 : 64,
      marginTop: 0,
      marginBottom: 30,
      x: {
        type: 'log',
        domain: [fromS, toS],
        label: null,
        ticks: [0.1, 0.3, 1, 3, 10, 30, 100, 300].filter(s => s >= fromS && s <= toS),
        tickFormat: secondsTick,
        grid: true,
      },
      y: { domain: rows, axis: null },
      marks: [
        text(faults, {
          y: (fault: string) => fault,
          text: faultTitle,
          frameAnchor: 'left',
          textAnchor: 'start',
          dx: isNarrow ? -104 : -150,
          dy: 4,
          fontWeight: 600,
          className: 'faults',
        }),
        text(shown, {
          y: rowOf,
          text: 'variant',
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -10,
          className: 'variants',
        }),
        ...limits.map(limit => limitMark(shown, limit)),
        link(shown, {
          y: rowOf,
          x1: ({ stall }: Measured) => stall.min / 1000,
          x2: ({ stall }: Measured) => stall.max / 1000,
          stroke: 'var(--accent)',
          strokeWidth: 3,
          strokeOpacity: 0.5,
          className: 'spreads',
        }),
        dot(shown, {
          y: rowOf,
          x: ({ stall }: Measured) => stall.median / 1000,
          r: 5,
          fill: 'var(--accent)',
          className: 'medians',
        }),
        text(shown, {
          y: rowOf,
          text: ({ stall }: Measured) => measured(stall.median),
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 8,
          className: 'values',
        }),
      ],
    }),
    below: key([
      ['median and range', 'var(--accent)'],
      ...(limits.length === 0
        ? []
        : [['goal (solid line)', 'var(--good)'] as const, ['gate (dashed line)', 'var(--bad)'] as const]),
    ]),
  })
}

interface Limit {
  readonly fault: string
  readonly ms: number
  readonly kind: 'goal' | 'gate'
}

function limitsOf(shown: readonly Cell[]): readonly Limit[] {
  return timeFigures
    .filter(({ value }) => value === worstAppendMs)
    .flatMap(({ faults: [fault = ''], goalMs, gateMs }) =>
      shown.some(cell => cell.fault === fault)
        ? ([
            { fault, ms: goalMs, kind: 'goal' },
            { fault, ms: gateMs, kind: 'gate' },
          ] as const)
        : [],
    )
}

/** A line down the rows of one fault. */
function limitMark(cells: readonly Cell[], { fault, ms, kind }: Limit) {
  return tickX(
    cells.filter(cell => cell.fault === fault),
    {
      x: ms / 1000,
      y: rowOf,
      stroke: kind === 'goal' ? 'var(--good)' : 'var(--bad)',
      strokeWidth: 2,
      ...(kind === 'gate' && { strokeDasharray: '4,3' }),
      className: kind,
    },
  )
}
