import type { Command } from 'commander'
import { NfshaError } from '../core/error.ts'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'

const about = `
Two nodes and a client in QEMU on this machine, made from the inventory's names, links and addresses
and its lab: key. The first up builds the image and boots (about a minute and a half without KVM); later
ones take seconds and always begin at a snapshot: what was done since is gone.

Examples:
  nfsha lab up && nfsha deploy inventories/lab.yml
  nfsha lab up cluster.yml && nfsha lab status cluster.yml
  nfsha lab snapshot deployed; nfsha lab fault power-cut m1; nfsha lab restore deployed
  nfsha lab ssh c1 -- ls -l /mnt/nfsha`

export interface LabOptions extends CommonOptions {
  readonly inventory: string
}

/** Every action's module is loaded when it runs: listing the commands loads none of the lab. */
export function registerLab(program: Command, cli: Cli): void {
  const lab = program
    .command('lab')
    .description('Run the cluster in virtual machines here: a playground, and a test bed.')
    .addHelpText('after', about)
  const screen = (options: LabOptions) => screenFor(options, cli.io)
  const actions = () => import('./run-lab.ts')

  whole(lab.command('up'))
    .description('Build what is missing, and start the lab.')
    .option('--from <snapshot>', 'begin there instead of at blank')
    .option('--cold', 'forget disks and snapshots, and boot')
    .action(async (_: Given, options: LabOptions & { from?: string; cold?: boolean }) =>
      (await actions()).runUp(options, cli, screen(options)),
    )
  whole(lab.command('down'))
    .description('End every process of the lab; its snapshots stay.')
    .option('--forget', 'remove its disks, snapshots, keys and logs too')
    .action(async (_: Given, options: LabOptions & { forget?: boolean }) =>
      (await actions()).runDown(options, cli, screen(options)),
    )
  whole(lab.command('status'))
    .description('Show machines, addresses and snapshots.')
    .action(async (_: Given, options: LabOptions) =>
      (await actions()).runStatus(options, cli, screen(options)),
    )
  whole(lab.command('reset'))
    .description('Go back to bare nodes (the snapshot blank).')
    .action(async (_: Given, options: LabOptions) =>
      (await actions()).runUp({ ...options, from: 'blank' }, cli, screen(options)),
    )
  withLab(lab.command('snapshot'))
    .description('Keep memory and disks of all machines under a name.')
    .argument('<name>', 'say packages, deployed or mounted; an older one of the name is replaced')
    .action(async (name: string, options: LabOptions) =>
      (await actions()).runSnapshot(name, options, cli, screen(options)),
    )
  withLab(lab.command('restore'))
    .description('Take all machines back to a snapshot, whatever state they are in.')
    .argument('<name>', 'one that nfsha lab status lists')
    .action(async (name: string, options: LabOptions) =>
      (await actions()).runRestore(name, options, cli, screen(options)),
    )
  withLab(lab.command('fault'))
    .description('Break something, or mend it; without a name, list the faults.')
    .argument('[fault]', 'link-down, power-cut and so on')
    .argument('[target]', 'a machine; for links, the link')
    .argument('[machine]', 'for links: at this machine only, else at all ends')
    .action(
      async (
        fault: string | undefined,
        target: string | undefined,
        machine: string | undefined,
        options: LabOptions,
      ) => (await actions()).runFault({ fault, target, machine }, options, cli, screen(options)),
    )
  lab
    .command('fencer', { hidden: true })
    .requiredOption('--directory <directory>')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async ({ directory }: { directory: string }) => (await actions()).runLabFencer(directory, cli))
  withLab(lab.command('ssh'))
    .description('Open a shell in a machine, or run a command there; its exit code is ours.')
    .argument('<machine>', 'name of the machine')
    .argument('[command...]', 'after --, what to run')
    .option(
      '-l, --login <user>',
      'root, admin (sudo without a password) or operator (with: operator)',
      'root',
    )
    .action(async (machine: string, command: readonly string[], options: LabOptions & { login: string }) =>
      (await actions()).runSsh(machine, command, options, cli),
    )
  withLab(lab.command('console'))
    .description('Attach to the serial console of a machine (Enter logs in; Ctrl-] leaves).')
    .argument('<machine>', 'name of the machine')
    .action(async (machine: string, options: LabOptions) =>
      (await actions()).runConsole(machine, options, cli),
    )
}

/** What stands where every other command has its inventory. */
type Given = string | undefined

/** A command on the whole lab: it has room for the inventory as an argument, too. */
function whole(command: Command): Command {
  return withLab(command)
    .argument('[inventory]', 'the same as --inventory')
    .hook('preAction', (_, given) => {
      const [inventory] = given.args
      if (inventory === undefined) return
      if (given.getOptionValueSource('inventory') === 'cli')
        throw new NfshaError('usage', 'two inventories are given', 'leave --inventory out')
      given.setOptionValueWithSource('inventory', inventory, 'cli')
    })
}

function withLab(command: Command): Command {
  return withCommonOptions(command).option(
    '-i, --inventory <file>',
    'the inventory that the lab is made from',
    'inventories/lab.yml',
  )
}
