import type { AnyStep } from '../../src/core/step.ts'
import type { Explanation } from '../../src/inventory/explain.ts'
import type { LoadedPlaybook } from '../../src/playbook/load.ts'

const needs = {
  both: 'both nodes must answer',
  survivor: 'one node is enough',
  clients: 'runs on the clients that answer',
} as const

/** The playbooks and their steps as Markdown, in the order in which they run. */
export function playbookReference(
  playbooks: readonly LoadedPlaybook[],
  explanations: readonly Explanation[],
): string {
  const steps = new Map(playbooks.flatMap(({ steps }) => steps.map(step => [step.id, step] as const)))
  return [
    '# Playbooks and steps',
    'Made from `playbooks/` and `src/steps/` by `npm run docs`. A step says what should be; plan, apply and verify are one reading of it. `nfsha explain ID` tells the same in a terminal.',
    ...playbooks.map(playbookSection),
    '## Steps',
    ...[...steps.values()]
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(step => stepSection(step, playbooks, explanations)),
  ].join('\n\n')
}

function playbookSection({ name, header, stepIds }: LoadedPlaybook): string {
  const { title, consent, params } = header
  const taken = Object.entries(params).map(([param, kind]) => `\`${param}\` (${kind})`)
  return [
    `## Playbook ${name}`,
    `${title}. ${sentence(needs[header.needs])} ${consent ? 'Asks before it acts.' : 'Acts without asking.'}${taken.length === 0 ? '' : ` Takes ${taken.join(', ')}.`}`,
    stepIds.map((id, i) => `${i + 1}. [\`${id}\`](#${id})`).join('\n'),
  ].join('\n\n')
}

function stepSection(
  { id, title, order, joint }: AnyStep,
  playbooks: readonly LoadedPlaybook[],
  explanations: readonly Explanation[],
): string {
  const found = explanations.find(each => each.id === id && each.kind === 'step')
  const used = playbooks.filter(({ stepIds }) => stepIds.includes(id)).map(({ name }) => name)
  const how = [
    order === 'one-by-one' ? 'One host after the other.' : 'All hosts in one go.',
    ...(joint ? ['Looks at both nodes afresh directly before.'] : []),
    `In ${used.map(name => `[${name}](#playbook-${name})`).join(', ')}.`,
  ]
  return [`### ${id}`, `**${title}.** ${found?.text ?? ''}`.trim(), `*${how.join(' ')}*`].join('\n\n')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
