import type { Command } from 'commander'
import { exitCodes } from '../core/error.ts'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'

const examples = `
Nothing but the inventory is read: no host, no secret.
Exit code 3 when it has mistakes, or lint errors that it does not accept.

Examples:
  nfsha validate cluster.yml
  nfsha validate - < cluster.yml
  nfsha explain flushes-off     what a finding means`

export function registerValidate(program: Command, cli: Cli): void {
  const command = program
    .command('validate')
    .description('Find mistakes in an inventory without touching a host.')
    .argument('<inventory>', 'path of the inventory, or - for standard input')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: CommonOptions) => {
    const { loadInventory } = await import('../inventory/load.ts')
    const { blocking } = await import('../inventory/lint.ts')
    const { lintCounts, lintText } = await import('../report/lint-text.ts')
    const screen = screenFor(options, cli.io)
    const { cluster, lint, file } = await loadInventory(source, cli.io, { offline: true })
    const isValid = blocking(lint).length === 0
    if (!isValid) cli.setExitCode(exitCodes.preflight)
    if (screen.format === 'json') {
      const verdict = isValid ? 'valid' : 'preflight'
      screen.printJson({ verdict, exitCode: cli.exitCode(), cluster: cluster.name, lint })
      return
    }
    for (const finding of lint) screen.print(lintText(finding, screen.paint))
    const verdict = isValid ? screen.paint('good', 'valid') : screen.paint('bad', 'not fit to deploy')
    screen.print(`${file}: cluster ${cluster.name} is ${verdict}: ${lintCounts(lint)}`)
  })
}
