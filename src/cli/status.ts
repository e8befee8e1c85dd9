import type { Command } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { withTarget } from './target-options.ts'

const examples = `
Reads only, and works with a node down.
Exit codes: 0 healthy, 10 degraded, 11 down, 12 split-brain, 4 no node answered.

Examples:
  nfsha status cluster.yml
  nfsha status cluster.yml --format json | jq -r .verdict
  watch -n 5 nfsha status cluster.yml`

export interface StatusOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly facts?: string
}

export function registerStatus(program: Command, cli: Cli): void {
  const command = withTarget(
    program
      .command('status')
      .description('Say which node serves, whether all is well, and why we believe it.'),
  )
    .option('--facts <file>', 'judge gathered facts instead of asking the nodes')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: StatusOptions) => {
    const { runStatus } = await import('./run-status.ts')
    await runStatus(source, options, cli, screenFor(options, cli.io))
  })
}
