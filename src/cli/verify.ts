import { type Command, Option } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type RunOptions, withRunOptions } from './run-options.ts'
import { spanMs } from './span.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const examples = `
Reads both disks whole, beside the running service, and can take hours; nothing is changed but the record
that status shows. Blocks that differ are marked by DRBD; status then says how they are copied. Ctrl-C
leaves the comparison running: the same command waits for it again.

Examples:
  nfsha verify cluster.yml
  nfsha verify cluster.yml --if-older 30d        nothing to do when the last one is younger: for cron`

export interface VerifyOptions extends TargetOptions, RunOptions {
  /** Milliseconds. */
  readonly ifOlder?: number
}

export function registerVerify(program: Command, cli: Cli): void {
  const command = withRunOptions(
    withTarget(
      program
        .command('verify')
        .description('Compare both sides of the volumes, and remember what came of it.'),
    ),
  )
    .addOption(new Option('--if-older <span>', 'only when the last one is older').argParser(spanMs))
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: VerifyOptions) => {
    const { runVerify } = await import('./run-verify.ts')
    await runVerify(source, options, cli, screenFor(options, cli.io))
  })
}
