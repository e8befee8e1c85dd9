import type { Command } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type RunOptions, withRunOptions } from './run-options.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const examples = `
One node after the other, the passive one first: the service is moved away from it where needed, it is
held, upgraded and rebooted as asked, and released; then both must be able to serve before the next one's
turn. Clients notice one switchover for both nodes. Interrupted anywhere, the same command goes on.

Examples:
  nfsha maintain cluster.yml --reboot
  nfsha maintain cluster.yml --upgrade --reboot --switch-back     the service ends where it began
  nfsha maintain cluster.yml --node m2 --reboot                   only m2`

export interface MaintainOptions extends TargetOptions, RunOptions {
  readonly node?: string
  readonly reboot: boolean
  readonly upgrade: boolean
  readonly switchBack: boolean
}

export function registerMaintain(program: Command, cli: Cli): void {
  const command = withRunOptions(
    withTarget(
      program
        .command('maintain')
        .description('Upgrade or reboot the nodes one by one, the service going on.'),
    ),
  )
    .option('--node <name>', 'only this node; else both')
    .option('--upgrade', 'bring the packages that nfsha needs up to date', false)
    .option('--reboot', 'reboot each node', false)
    .option('--switch-back', 'move the service back to where it was', false)
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: MaintainOptions) => {
    const { runMaintain } = await import('./run-maintain.ts')
    await runMaintain(source, options, cli, screenFor(options, cli.io))
  })
}
