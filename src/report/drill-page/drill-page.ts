import type { DrillResult } from '../../core/drill.ts'
import { badge, documentPage, figureCards } from '../page/document.ts'
import { html, when } from '../page/html.ts'
import { aboutSection, errorsSection } from './about.ts'
import { headline, headlineFigures } from './headline.ts'
import { lanesChart } from './lanes.ts'
import { latencyCharts } from './latency.ts'
import { pathChart } from './path.ts'
import { phasesChart } from './phases.ts'
import { predictionChart } from './prediction.ts'
import { runsSection } from './runs.ts'
import { focus, wholeRun } from './window.ts'

/** A whole run this much longer than its interesting part gets a chart of its own. */
const farLonger = 1.5

/**
 * One drill as one self-contained HTML page; of several `runs` the others stand in a table. Import this
 * lazily: it brings the plotting library.
 * Times on it are the result's own, so the same result gives the same bytes.
 */
export function drillPage(result: DrillResult, runs: readonly DrillResult[] = [result]): string {
  const [near, whole] = [focus(result), wholeRun(result)]
  const isLong = whole.toMs - whole.fromMs > farLonger * (near.toMs - near.fromMs)
  const hasPassed = result.verdict === 'passed'
  const title = headline(result)
  return documentPage(
    `${title} · ${result.cluster}`,
    html`<header>
<p class="eyebrow">nfsha drill · ${result.cluster} · ${result.variant}</p>
<h1>${title}</h1>
<p>${badge(result.verdict, hasPassed ? 'good' : 'bad')} <span class="faint">${when24(result.startedAt)}</span></p>
</header>
${when(
  result.reasons.length > 0,
  () =>
    html`<ul class="reasons ${hasPassed ? '' : 'bad'}">${result.reasons.map(reason => html`<li>${reason}</li>`)}</ul>`,
)}
${figureCards(headlineFigures(result))}
<h2>Who served, and what the client felt</h2>
${lanesChart(result, near)}
${latencyCharts(result, near)}
${when(isLong, () => html`<h2>The whole run</h2>${lanesChart(result, whole)}`)}
${when(result.moments.length > 0, () => html`<h2>Where the time went</h2>${pathChart(result, near)}`)}
${phasesChart(result)}
${when(result.prediction !== undefined, () => html`<h2>Predicted and measured</h2>${predictionChart(result)}`)}
${runsSection(result, runs)}
${errorsSection(result)}
${aboutSection(result)}
<footer>Run ${result.runId}. Drawn by nfsha from the drill's JSON; this page asks the network for nothing.</footer>`,
  )
}

/** `2026-11-20 15:31 UTC` from ISO 8601. */
function when24(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
