import { barX, text } from '@observablehq/plot'
import type { DrillResult, ScriptPhase } from '../../core/drill.ts'
import { chart, key } from '../page/chart.ts'
import { type Html, html } from '../page/html.ts'
import { foldedTable } from '../page/table.ts'
import { measured, secondsTick } from '../page/words.ts'

interface Segment extends ScriptPhase {
  readonly row: string
  readonly fromS: number
  readonly toS: number
}

const tints = 8

/** The group script's phases, end to end: what of the failover is ours to shorten. */
export function phasesChart({ phases }: DrillResult): Html | undefined {
  const segments = segmentsOf(phases)
  if (segments.length === 0) return undefined
  const rows = [...new Set(segments.map(({ row }) => row))]
  const names = [...new Set(segments.map(({ phase }) => phase))]
  const longestS = Math.max(0.1, ...segments.map(({ toS }) => toS))
  const tint = (phase: string) => `var(--t${(names.indexOf(phase) % tints) + 1})`
  const totals = rows.map(row => ({
    row,
    toS: Math.max(...segments.filter(each => each.row === row).map(({ toS }) => toS)),
  }))
  return chart({
    label: `Phases of the group script: ${totals.map(({ row, toS }) => `${row} took ${measured(toS * 1000)}`).join(', ')}. The table below has each.`,
    caption: 'The group script’s phases, laid end to end; phases that ran side by side overlapped in truth.',
    draw: ({ width, isNarrow }) => ({
      height: 30 + rows.length * 58,
      marginLeft: 6,
      marginRight: isNarrow ? 46 : 60,
      marginTop: 4,
      marginBottom: 28,
      x: {
        domain: [0, longestS],
        label: null,
        ticks: isNarrow ? 4 : 10,
        tickFormat: secondsTick,
        grid: true,
      },
      y: { domain: rows, axis: null, padding: 0.45 },
      marks: [
        barX(segments, {
          y: 'row',
          x1: 'fromS',
          x2: 'toS',
          fill: ({ phase }: Segment) => tint(phase),
          inset: 0.5,
          title: ({ phase, durationMs }: Segment) => `${phase} ${measured(durationMs)}`,
          className: 'phases',
        }),
        text(
          segments.filter(
            ({ phase, fromS, toS }) => phase.length * 7 + 6 < ((toS - fromS) / longestS) * (width - 66),
          ),
          {
            y: 'row',
            x: ({ fromS, toS }: Segment) => (fromS + toS) / 2,
            text: 'phase',
            className: 'phase-names',
          },
        ),
        text(totals, {
          y: 'row',
          text: 'row',
          frameAnchor: 'left',
          dy: -25,
          fontWeight: 600,
          className: 'script-names',
        }),
        text(totals, {
          y: 'row',
          x: 'toS',
          text: ({ toS }: { toS: number }) => measured(toS * 1000),
          textAnchor: 'start',
          dx: 6,
          className: 'totals',
        }),
      ],
    }),
    below: html`${key(names.map(name => [name, tint(name)] as const))}${phasesTable(phases)}`,
  })
}

/** Each run of the script has a row; `total` is not a phase of it but its end. */
function segmentsOf(phases: readonly ScriptPhase[]): readonly Segment[] {
  const runs = new Map<string, number>()
  const ends = new Map<string, number>()
  return phases.flatMap(phase => {
    const script = `${phase.verb} on ${phase.node}`
    const run = runs.get(script) ?? 1
    if (phase.phase === 'total') {
      runs.set(script, run + 1)
      return []
    }
    const row = run === 1 ? script : `${script}, time ${run}`
    const fromS = ends.get(row) ?? 0
    const toS = fromS + phase.durationMs / 1000
    ends.set(row, toS)
    return [{ ...phase, row, fromS, toS }]
  })
}

function phasesTable(phases: readonly ScriptPhase[]): Html {
  return foldedTable(
    'All phases as a table',
    [{ name: 'script' }, { name: 'phase' }, { name: 'took', isNumber: true }],
    phases.map(({ node, verb, phase, durationMs }) => [`${verb} on ${node}`, phase, measured(durationMs)]),
  )
}
