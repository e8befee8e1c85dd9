import type { Command } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'

const examples = `
Ids are what nfsha prints in brackets: lint rules, refusals, checks and steps; and its limits.

Examples:
  nfsha explain                  list all ids
  nfsha explain flushes-off
  nfsha explain lvm-on-drbd      what nfsha does not do, why, and the way around`

export function registerExplain(program: Command, cli: Cli): void {
  const command = program
    .command('explain')
    .description('Tell what a finding, a refusal, a check or a step means, and how to live with it.')
    .argument('[id]', 'the id; all ids are listed without one')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (id: string | undefined, options: CommonOptions) => {
    const { explain, explanations } = await import('../inventory/explain.ts')
    const { explanationList, explanationText } = await import('../report/explain-text.ts')
    const { assertKnown } = await import('./selection.ts')
    const screen = screenFor(options, cli.io)
    if (id !== undefined)
      assertKnown(
        'id',
        id,
        explanations.map(each => each.id),
      )
    const found = id === undefined ? explanations : explain(id)
    if (screen.format === 'json') screen.printJson({ explanations: found })
    else if (id === undefined) screen.print(explanationList(found, screen.paint))
    else screen.print(found.map(each => explanationText(each, screen.paint)).join('\n\n'))
  })
}
