import type { Command } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { withTarget } from './target-options.ts'

const examples = `
Tries on each node what a takeover there would run, beside the service and without touching it: the mount
options on a scratch file system, the exports through exportfs, nfs.conf, the group's script and its guard,
commands, kernel modules, interfaces and room; with the files of the inventory and with those on the node.
Exit code 3 when a takeover would fail, 4 when a node does not answer. Deploy does the same, and refuses.

Examples:
  nfsha rehearse cluster.yml
  nfsha rehearse cluster.yml --all             nodes on which nothing is amiss, too
  nfsha rehearse cluster.yml --format json`

export interface RehearseOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly all: boolean
}

export function registerRehearse(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('rehearse').description('Try on each node what a takeover there would run.'),
  )
    .option('--all', 'show the nodes that could take over too', false)
    .addHelpText('after', examples)
  withCommonOptions(command, 'junit').action(async (source: string, options: RehearseOptions) => {
    const { runRehearse } = await import('./run-rehearse.ts')
    await runRehearse(source, options, cli, screenFor(options, cli.io))
  })
}
