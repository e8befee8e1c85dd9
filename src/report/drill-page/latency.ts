import { dot, gridY, link, ruleX, text } from '@observablehq/plot'
import type { DrillResult, Moment, OperationPoint, OperationSeries, Stretch } from '../../core/drill.ts'
import { chart, timeMargins } from '../page/chart.ts'
import { type Html, html } from '../page/html.ts'
import { table } from '../page/table.ts'
import { count, kindTitles, measured, secondsTick, seriesName, signed } from '../page/words.ts'

interface Point extends OperationPoint {
  readonly series: string
}

/** From here on an operation is drawn as long as it took, not as a dot alone: a quarter of a second is felt. */
const feltMs = 250

/** Every operation's latency over time, a chart for each protocol version: together they may not fit a sheet. */
export function latencyCharts({ operations, moments }: DrillResult, window: Stretch): readonly Html[] {
  const versions = [...new Set(operations.map(({ nfsVersion }) => nfsVersion))]
  return versions.map(version =>
    latencyChart(
      operations.filter(({ nfsVersion }) => nfsVersion === version),
      moments,
      window,
    ),
  )
}

/** One row a kind, on a logarithmic scale; and the same as a table. */
function latencyChart(
  operations: readonly OperationSeries[],
  moments: readonly Moment[],
  window: Stretch,
): Html {
  const points = operations.flatMap(series =>
    series.points
      .filter(({ atMs, durationMs }) => atMs <= window.toMs && atMs + durationMs >= window.fromMs)
      .map(point => ({ ...point, series: seriesName(series) })),
  )
  const longest = Math.max(1000, ...operations.map(({ worstMs }) => worstMs))
  const decades = [10, 100, 1000, 10_000, 100_000].filter(ms => ms <= longest)
  const names = operations.map(seriesName)
  return chart({
    label: spoken(operations),
    caption:
      'How long each operation of the client took, by when it began. Ten times as long is one line higher. A line shows how far a slow one reached; crosses failed.',
    draw: room => ({
      height: 40 + names.length * (room.isNarrow ? 96 : 104),
      ...timeMargins(room),
      marginTop: 22,
      marginBottom: 28,
      x: {
        domain: [window.fromMs / 1000, window.toMs / 1000],
        label: null,
        ticks: room.isNarrow ? 4 : 10,
        tickFormat: secondsTick,
      },
      y: {
        type: 'log',
        domain: [1, longest * 1.6],
        clamp: true,
        label: null,
        ticks: decades,
        tickSize: 0,
        tickFormat: decadeTick,
      },
      fy: { domain: names, axis: null, padding: 0.24 },
      marks: [
        gridY(decades, { stroke: 'var(--line)', strokeOpacity: 1 }),
        ruleX(
          moments.filter(({ name }) => name === 'injected' || name === 'vip-seen').filter(inside(window)),
          {
            x: ({ atMs }: OperationPoint) => atMs / 1000,
            stroke: 'var(--faint)',
            strokeDasharray: '3,3',
            className: 'moments',
          },
        ),
        link(
          points.filter(({ durationMs }) => durationMs >= feltMs),
          {
            fy: 'series',
            x1: ({ atMs }: Point) => Math.max(atMs, window.fromMs) / 1000,
            x2: ({ atMs, durationMs }: Point) => Math.min(atMs + durationMs, window.toMs) / 1000,
            y: 'durationMs',
            stroke: 'var(--stall)',
            strokeWidth: 3,
            strokeOpacity: 0.75,
            title: says,
            className: 'slow-operations',
          },
        ),
        dot(points.filter(({ ok }) => ok).filter(inside(window)), {
          fy: 'series',
          x: ({ atMs }: Point) => atMs / 1000,
          y: ({ durationMs }: Point) => Math.max(1, durationMs),
          r: 1.8,
          fill: 'var(--accent)',
          fillOpacity: 0.75,
          className: 'operations',
        }),
        dot(points.filter(({ ok }) => !ok).filter(inside(window)), {
          fy: 'series',
          x: ({ atMs }: Point) => atMs / 1000,
          y: ({ durationMs }: Point) => Math.max(1, durationMs),
          symbol: 'times',
          r: 5,
          stroke: 'var(--bad)',
          strokeWidth: 2,
          title: says,
          className: 'failed-operations',
        }),
        text(names, {
          fy: (name: string) => name,
          text: (name: string) => name,
          frameAnchor: 'top-left',
          lineAnchor: 'bottom',
          dy: -3,
          fontWeight: 600,
          className: 'series-names',
        }),
      ],
    }),
    below: latencyTable(operations),
  })
}

function inside({ fromMs, toMs }: Stretch): (point: { readonly atMs: number }) => boolean {
  return ({ atMs }) => atMs >= fromMs && atMs <= toMs
}

function decadeTick(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`
}

function says({ series, atMs, durationMs, ok }: Point): string {
  return `${series} begun at ${signed(atMs)} ${ok ? 'took' : 'failed after'} ${measured(durationMs)}`
}

function spoken(operations: readonly OperationSeries[]): string {
  const each = operations.map(series => `${seriesName(series)} at worst ${measured(series.worstMs)}`)
  return `Latency of the client's operations over time: ${each.join(', ')}. The table below has the figures.`
}

function latencyTable(operations: readonly OperationSeries[]): Html {
  return table(
    'The same as figures',
    [
      { name: 'operation' },
      { name: 'worst', isNumber: true },
      { name: '99 %', isNumber: true },
      { name: 'median', isNumber: true },
      { name: 'count', isNumber: true, isExtra: true },
      { name: 'failed', isNumber: true },
    ],
    operations.map(series => [
      html`${seriesName(series)}<span class="extra">: ${kindTitles[series.kind]}</span>`,
      measured(series.worstMs),
      measured(series.p99Ms),
      measured(series.p50Ms),
      count(series.count),
      count(series.failed),
    ]),
  )
}
