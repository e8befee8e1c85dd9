import type { Explanation } from '../inventory/explain.ts'
import type { Paint } from './paint.ts'
import { columns } from './table.ts'
import { wrapText } from './wrap.ts'

const kinds = {
  lint: 'lint rule',
  refusal: 'refusal',
  step: 'step',
  check: 'check',
  notice: 'notice of the monitor',
  limit: 'limit',
} as const

/** One explanation: what it is, why, and how to accept it in an inventory. */
export function explanationText({ id, kind, title, text, accept }: Explanation, paint: Paint): string {
  return [
    `${paint('title', id)} (${kinds[kind]}): ${title}`,
    wrapText(text, 100),
    ...(accept === undefined ? [] : [`To accept it, say in the inventory:\n${indent(accept)}`]),
  ].join('\n\n')
}

/** All of them, one a line, by kind. */
export function explanationList(explanations: readonly Explanation[], paint: Paint): string {
  return columns(explanations.map(({ id, kind, title }) => [id, paint('faint', kinds[kind]), title]))
}

function indent(text: string): string {
  return text
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')
}
