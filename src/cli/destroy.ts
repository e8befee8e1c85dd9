import { type Command, Option } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { lockTimeoutOption } from './run-options.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const examples = `
Stops the watch, heartbeat (the standby's first) and DRBD, and takes every file, route, unit and record of
nfsha off both nodes; what packages ship in place of ours comes back. Packages stay, and so does the data:
a later deploy of the same inventory finds it. Services stay off at boot.

Asks for the cluster's name; scripts give it with --confirm. Refused while clients are connected, while a
node is held, and while a node does not answer. Interrupted anywhere, the same command goes on.

  --wipe-metadata   also wipes DRBD's metadata, which tell that both disks hold the same data (they must, or
                    it is refused). The file system stays on both, readable by a plain mount; a later deploy
                    refuses these disks unless --allow-data-loss gives them up.
  --purge-packages  also purges heartbeat, drbd-utils and nfs-kernel-server.
  --without NODE    for a node that is lost for good: only the other one is worked on. The lost one must never
                    boot again as it is: it would serve its old data alone.

Clients are taken off first: nfsha clients remove cluster.yml.

Examples:
  nfsha destroy cluster.yml
  nfsha destroy cluster.yml --confirm m1-m2 --purge-packages
  nfsha destroy cluster.yml --without m2.example.org`

export interface DestroyOptions extends TargetOptions {
  readonly confirm?: string
  readonly without?: string
  readonly despiteClients: boolean
  readonly wipeMetadata: boolean
  readonly purgePackages: boolean
  /** Seconds. */
  readonly lockTimeout: number
}

export function registerDestroy(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('destroy').description('Take the cluster down and away; the data stay unless asked.'),
  )
    .option('--confirm <name>', "the cluster's name, for want of a terminal to type it on")
    .option(
      '--despite-clients',
      'although clients are connected: they hang until they unmount by force',
      false,
    )
    .option('--wipe-metadata', "wipe DRBD's metadata, too", false)
    .option('--purge-packages', "purge the cluster's packages, too", false)
    .addOption(new Option('--without <node>', 'leave out a node that is lost for good'))
    .addOption(lockTimeoutOption())
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: DestroyOptions) => {
    const { runDestroy } = await import('./run-destroy.ts')
    await runDestroy(source, options, cli, screenFor(options, cli.io))
  })
}
