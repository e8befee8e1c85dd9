import type { DrillResult } from '../../core/drill.ts'
import { resumeMs, worstAppendMs } from '../matrix-page/summary.ts'
import { type Html, html } from '../page/html.ts'
import { table } from '../page/table.ts'
import { countOrUnknown, measured } from '../page/words.ts'

/** All runs of a drill that was repeated, the drawn one marked; nothing for a single one. */
export function runsSection(drawn: DrillResult, runs: readonly DrillResult[]): Html | undefined {
  if (runs.length < 2) return undefined
  return html`<h2>All ${runs.length} runs</h2>${table(
    'The worst of them is the one drawn above',
    [
      { name: 'run' },
      { name: 'verdict' },
      { name: 'worst append', isNumber: true },
      { name: 'first answer after the VIP', isNumber: true },
      { name: 'lost', isNumber: true },
    ],
    runs.map((run, i) => [
      `${i + 1}${run === drawn ? ', drawn' : ''}`,
      run.verdict,
      timeOrNone(worstAppendMs(run)),
      timeOrNone(resumeMs(run)),
      countOrUnknown(run.writes.lost),
    ]),
  )}`
}

function timeOrNone(ms: number | undefined): string {
  return ms === undefined ? 'none' : measured(ms)
}
