import { type Command, Option } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { spanMs } from './span.ts'
import { withTarget } from './target-options.ts'

const examples = `
What a bug report needs: status, facts, checks and plan, both nodes' logs and tools' output, and the last
runs made from here. Reads only. Every secret of the inventory is replaced by its name; node names,
addresses and paths are in it, so look through it before you give it away.

Examples:
  nfsha bundle cluster.yml
  nfsha bundle cluster.yml --since 2d --out report.tar.gz && tar tzf report.tar.gz`

export interface BundleOptions extends CommonOptions {
  readonly allowCommands: boolean
  /** Milliseconds. */
  readonly since: number
  readonly out?: string
}

export function registerBundle(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('bundle').description('Pack what a bug report needs into one file, without secrets.'),
  )
    .addOption(
      new Option('--since <span>', 'how far back the logs go').argParser(spanMs).default(86_400_000, '1d'),
    )
    .option('--out <file>', 'where to write it (default: nfsha-bundle-CLUSTER-TIME.tar.gz)')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: BundleOptions) => {
    const { runBundle } = await import('./run-bundle.ts')
    await runBundle(source, options, cli, screenFor(options, cli.io))
  })
}
