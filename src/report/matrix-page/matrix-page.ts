import type { DrillResult } from '../../core/drill.ts'
import { badge, documentPage, type Figure, figureCards, type Tone } from '../page/document.ts'
import { type Html, html } from '../page/html.ts'
import { table } from '../page/table.ts'
import { count, faultTitle, plural } from '../page/words.ts'
import { type FigureRow, figureRows, type Standing, spreadText, standingTexts } from './figures.ts'
import { lockText, lossText } from './markdown.ts'
import { stallCharts } from './stall-chart.ts'
import { type Cell, cellsOf, lossOf } from './summary.ts'
import { whereText } from './where.ts'

const tones: Readonly<Record<Standing, Tone>> = {
  goal: 'good',
  gate: 'good',
  missed: 'bad',
  'not run': 'plain',
  'not judged': 'plain',
}

/** Many drills as one self-contained page: figures against gate and goal, faults by variant. Import it lazily. */
export function matrixPage(results: readonly DrillResult[]): string {
  const cells = cellsOf(results)
  const rows = figureRows(results)
  const title = headlineOf(results, rows)
  return documentPage(
    title,
    html`<header>
<p class="eyebrow">nfsha drill matrix</p>
<h1>${title}</h1>
<p class="faint">${whereText(results)}</p>
</header>
${figureCards(cardsOf(results))}
<h2>Against gate and goal</h2>
${figuresTable(rows)}
<h2>Every fault</h2>
${stallCharts(cells)}
${cellsTable(cells)}
<footer>Drawn by nfsha from the drills’ JSON; this page asks the network for nothing.</footer>`,
  )
}

function headlineOf(results: readonly DrillResult[], rows: readonly FigureRow[]): string {
  const run = rows.filter(({ standing }) => standing !== 'not run' && standing !== 'not judged')
  const missed = run.filter(({ standing }) => standing === 'missed')
  const verdict =
    run.length === 0
      ? 'none of them of the figures'
      : missed.length === 0
        ? `all ${run.length} figures within their gates`
        : `${missed.length} of ${run.length} figures missed`
  return `${plural(results.length, 'drill')}: ${verdict}`
}

function cardsOf(results: readonly DrillResult[]): readonly Figure[] {
  const passed = results.filter(({ verdict }) => verdict === 'passed').length
  const { acknowledged } = lossOf(results)
  const failed = results.length - passed
  return [
    {
      name: 'Drills passed',
      value: `${count(passed)} of ${count(results.length)}`,
      ...(failed > 0 && { about: 'the table says which did not' }),
      tone: failed === 0 ? 'good' : 'bad',
    },
    { name: 'Faults', value: count(new Set(results.map(({ fault }) => fault)).size), tone: 'plain' },
    { name: 'Variants', value: count(new Set(results.map(({ variant }) => variant)).size), tone: 'plain' },
    { name: 'Writes checked afterwards', value: count(acknowledged), about: 'byte for byte', tone: 'plain' },
  ]
}

function figuresTable(rows: readonly FigureRow[]): Html {
  return table(
    'Medians, with least and greatest; the article’s design in the same sitting, where it was run.',
    ['figure', 'article reported', 'by hand, lean', 'article design here', 'gate', 'goal', 'nfsha'].map(
      name => ({ name }),
    ),
    rows.map(({ name, article, byHand, baseline, gate, goal, own, standing }) => [
      name,
      article,
      byHand,
      baseline,
      gate,
      goal,
      html`<span><strong>${own}</strong><br>${badge(standingTexts[standing], tones[standing])}</span>`,
    ]),
  )
}

function cellsTable(cells: readonly Cell[]): Html {
  return table(
    'Every fault by variant',
    [
      { name: 'fault, variant' },
      { name: 'passed' },
      { name: 'worst append' },
      { name: 'lost writes' },
      { name: 'v4.2 lock', isExtra: true },
      { name: 'two active', isExtra: true },
    ],
    cells.map(cell => [
      html`${faultTitle(cell.fault)}<br><span class="faint">${cell.variant}</span>`,
      toned(`${cell.passed} of ${cell.runs}`, cell.passed === cell.runs),
      spreadText(cell.stall),
      toned(lossText(cell), cell.lost + cell.unknown === 0),
      lockText(cell),
      cell.twoActive === 0 ? 'never' : toned(`in ${cell.twoActive} of ${cell.runs}`, false),
    ]),
  )
}

/** A value that is bad, in red and bold. */
function toned(text: string, isGood: boolean): Html {
  return isGood ? html`${text}` : html`<strong class="bad">${text}</strong>`
}
