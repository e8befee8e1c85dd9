import type { DrillResult } from '../../core/drill.ts'
import { count } from '../page/words.ts'
import { figureRows, spreadText, standingTexts } from './figures.ts'
import { type Cell, cellsOf } from './summary.ts'
import { whereText } from './where.ts'

/** Many drills as two Markdown tables: the figures against gate and goal, and every fault by variant. */
export function matrixMarkdown(results: readonly DrillResult[]): string {
  const figures = figureRows(results).map(row => [
    ...[row.name, row.article, row.byHand, row.baseline, row.gate, row.goal, `**${row.own}**`],
    row.standing === 'missed' ? '**missed**' : standingTexts[row.standing],
  ])
  return [
    `${whereText(results)}.`,
    tableOf(
      ['', 'article reported', 'by hand, lean', 'article design here', 'gate', 'goal', 'nfsha', ''],
      figures,
    ),
    tableOf(
      ['fault', 'variant', 'passed', 'worst append', 'lost', 'v4.2 lock', 'two active'],
      cellsOf(results).map(cellRow),
    ),
  ].join('\n\n')
}

function cellRow(cell: Cell): readonly string[] {
  return [
    `\`${cell.fault}\``,
    cell.variant,
    `${cell.passed} of ${cell.runs}`,
    spreadText(cell.stall),
    lossText(cell),
    lockText(cell),
    cell.twoActive === 0 ? 'never' : `**in ${cell.twoActive}**`,
  ]
}

export function lossText({ lost, acknowledged, unknown, runs }: Cell): string {
  const known = `${count(lost)} of ${count(acknowledged)}`
  if (unknown === 0) return known
  return unknown === runs ? 'not known' : `${known}, not known in ${unknown} of ${runs}`
}

export function lockText({ locks: { held, kept } }: Cell): string {
  if (held === 0) return '–'
  return kept === held ? 'kept' : `lost in ${held - kept} of ${held}`
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
