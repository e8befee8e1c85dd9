import { type Command, Option } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { spanMs } from './span.ts'
import { withTarget } from './target-options.ts'

const examples = `
Reads only, and works with a node down: what does not answer in time is shown as such, and a node
whose own address is silent is asked through the other one.
Exit codes: 0 healthy, 10 degraded, 11 down, 12 split-brain, 4 no node answered.

Examples:
  nfsha status cluster.yml
  nfsha status cluster.yml --watch
  nfsha status cluster.yml --drift               what a plan would change, too
  nfsha status cluster.yml --html status.html    a page with the cluster drawn, too
  nfsha status cluster.yml --format json | jq -r .verdict`

export interface StatusOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly facts?: string
  readonly html?: string
  readonly drift: boolean
  readonly watch: boolean
  /** Milliseconds, both. */
  readonly interval: number
  readonly timeout?: number
}

export function registerStatus(program: Command, cli: Cli): void {
  const command = withTarget(
    program
      .command('status')
      .description('Say which node serves, whether all is well, and why we believe it.'),
  )
    .option('-w, --watch', 'show it again and again until Ctrl-C', false)
    .addOption(
      new Option('--interval <span>', 'with --watch: the pause between two readings')
        .argParser(spanMs)
        .default(5000, '5s'),
    )
    .option('--drift', 'count what a plan would change, too (asks the nodes much more)', false)
    .addOption(
      new Option('--timeout <span>', 'tell what is known by then (default: 10s; with --drift 1m)').argParser(
        spanMs,
      ),
    )
    .addOption(
      new Option('--html <file>', 'write it as a page with the cluster drawn, too').conflicts('watch'),
    )
    .option('--facts <file>', 'judge gathered facts instead of asking the nodes')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: StatusOptions) => {
    const { runStatus } = await import('./run-status.ts')
    await runStatus(source, options, cli, screenFor(options, cli.io))
  })
}
