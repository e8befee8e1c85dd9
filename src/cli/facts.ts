import type { Command } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { withTarget } from './target-options.ts'

const examples = `
Facts are all that plan, check and status ask of the nodes. Secrets in files are replaced by keyed
fingerprints on the node, so facts are fit for a bug report once you have read them.

Examples:
  nfsha facts cluster.yml
  nfsha facts cluster.yml --out facts.json && nfsha plan cluster.yml --facts facts.json
  nfsha facts cluster.yml --node m1 --format json`

export interface FactsOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly out?: string
  readonly node?: string
}

export function registerFacts(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('facts').description('Read how the nodes are, without changing anything.'),
  )
    .option('--out <file>', 'save the facts, for --facts of plan, check and status')
    .option('--node <name>', 'only this node')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: FactsOptions) => {
    const { runFacts } = await import('./run-facts.ts')
    await runFacts(source, options, cli, screenFor(options, cli.io))
  })
}
