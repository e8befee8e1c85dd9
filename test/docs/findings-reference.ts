import type { Explanation } from '../../src/inventory/explain.ts'

const titles = {
  lint: 'Findings of `validate`',
  check: 'Findings of `check`',
  refusal: 'Refusals',
  limit: 'Limits',
} as const

/** Every id that a run may print, but for steps, with what it means and how to live with it. */
export function findingsReference(explanations: readonly Explanation[]): string {
  return [
    '# Findings and refusals',
    'Made from what `nfsha explain ID` tells, by `npm run docs`.',
    ...(['lint', 'check', 'refusal', 'limit'] as const).flatMap(kind => [
      `# ${titles[kind]}`,
      ...explanations.filter(each => each.kind === kind).map(section),
    ]),
  ].join('\n\n')
}

function section({ id, title, text, accept }: Explanation): string {
  return [
    `### ${id}`,
    `**${title}.** ${text}`,
    ...(accept === undefined ? [] : [['To live with it:', '', '```yaml', accept, '```'].join('\n')]),
  ].join('\n\n')
}
