import type { Command } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type RunOptions, withRunOptions } from './run-options.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const examples = `
For a disk that is slow: writes wait for both disks, so one of them slows every client. The node is held and does
not replicate any more; the other one serves, on one copy. When the node serves, the service is moved first, and each
write of the move waits for the slow disk. Refused where that would leave the only good copy, or where the other
disk is slow too. Nothing brings it back unasked: no failover, no deploy, no boot.

Examples:
  nfsha isolate cluster.yml m2                            writes go on without m2
  nfsha isolate cluster.yml m2 --reason "disk 3 of 8"     and everybody who looks sees why
  nfsha isolate cluster.yml --undo                        it takes part again, and gets what it lacks`

export interface IsolateOptions extends TargetOptions, RunOptions {
  readonly reason?: string
  readonly undo: boolean
}

export function registerIsolate(program: Command, cli: Cli): void {
  const command = withRunOptions(
    withTarget(
      program.command('isolate').description("Let writes go on without a node's disk; take it back."),
    ).argument('[node]', 'the node whose disk is left out'),
  )
    .option('--reason <text>', 'why; everybody who looks sees it')
    .option('--undo', 'take the node back: it gets what was written meanwhile', false)
    .addHelpText('after', examples)
  withCommonOptions(command).action(
    async (source: string, node: string | undefined, options: IsolateOptions) => {
      const { runIsolate } = await import('./run-isolate.ts')
      await runIsolate(source, node, options, cli, screenFor(options, cli.io))
    },
  )
}
