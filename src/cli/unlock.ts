import type { Command } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const examples = `
A lock ends with the run that holds it, also when its controller is killed: what is left then is
recognised as stale, and taken over by the next run. This is for a run that hangs and cannot be reached.

Examples:
  nfsha unlock cluster.yml 20250102-030405-1f9c`

export function registerUnlock(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('unlock').description('Take away the lock of a run that is gone.'),
  )
    .argument('<run>', 'the id of the run, as the refusal names it')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, runId: string, options: TargetOptions) => {
    const { runUnlock } = await import('./run-unlock.ts')
    await runUnlock(source, runId, options, cli, screenFor(options, cli.io))
  })
}
