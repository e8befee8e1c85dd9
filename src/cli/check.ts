import type { Command } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { withTarget } from './target-options.ts'

const examples = `
Reads only. Right on bare nodes and on a live pair: what is ours there is fine.
Exit code 3 when a check fails, 4 when a node does not answer; warnings do not count.

Examples:
  nfsha check cluster.yml
  nfsha check cluster.yml --all                what is well, too
  nfsha check cluster.yml --format junit > check.xml
  nfsha check cluster.yml --facts facts.json`

export interface CheckOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly facts?: string
  readonly all: boolean
}

export function registerCheck(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('check').description('Find out whether the nodes are fit for what the inventory says.'),
  )
    .option('--facts <file>', 'check gathered facts instead of asking the nodes')
    .option('--all', 'show the checks that pass too', false)
    .addHelpText('after', examples)
  withCommonOptions(command, 'junit').action(async (source: string, options: CheckOptions) => {
    const { runCheck } = await import('./run-check.ts')
    await runCheck(source, options, cli, screenFor(options, cli.io))
  })
}
