import type { Command } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type RunOptions, withRunOptions } from './run-options.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const examples = `
Shows the plan with the stall that clients are predicted to see, and asks. Refused unless the target is
connected, UpToDate and heard by heartbeat; --wait waits for a resync that is on. Ends when the service answers through the VIP, and says how
long each part took. When the target cannot start it, or hangs, the service goes back at once: exit code 1,
with the reason, and it serves where it was. The first Ctrl-C finishes the running step and stops, the second leaves at once.

Examples:
  nfsha switchover cluster.yml                                    to the node that is passive now
  nfsha switchover cluster.yml --to m2                            to m2; nothing to do when it is there
  nfsha switchover cluster.yml --to m2 --wait                     once the resync that is on is over
  nfsha switchover cluster.yml --to m2 --hold --reason "memory"   and keep m1 out for maintenance
  nfsha switchover cluster.yml --release                          the held node takes part again`

export interface SwitchoverOptions extends TargetOptions, RunOptions {
  readonly to?: string
  readonly hold: boolean
  readonly reason?: string
  readonly release: boolean
  readonly wait: boolean
}

export function registerSwitchover(program: Command, cli: Cli): void {
  const command = withRunOptions(
    withTarget(
      program
        .command('switchover')
        .description('Move the service to the other node; hold or release a node.'),
    ),
  )
    .option('--to <node>', 'the node that is to serve; the one that is passive now unless said')
    .option('--hold', 'keep the other node out until it is released: no failover to it', false)
    .option('--reason <text>', 'why it is held; everybody who looks sees it')
    .option('--wait', 'where a resync is on, move once it is over', false)
    .option('--release', 'let the held node take part again; moves nothing', false)
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: SwitchoverOptions) => {
    const { runSwitchover } = await import('./run-switchover.ts')
    await runSwitchover(source, options, cli, screenFor(options, cli.io))
  })
}
