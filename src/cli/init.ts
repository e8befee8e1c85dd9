import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'

const examples = `
Writes the inventory, and beside it a file of strong secrets (mode 0600) that git is told to ignore.
What is there already is never overwritten.

Examples:
  nfsha init --out cluster.yml
  nfsha init --out cluster.yml --nodes nfs1,nfs2 --vip 10.0.0.50 --disk /dev/vdb --clients 10.0.0.0/24`

interface InitOptions extends CommonOptions {
  readonly out: string
  readonly cluster?: string
  readonly nodes?: readonly [string, string]
  readonly vip?: string
  readonly disk?: string
  readonly mount?: string
  readonly clients?: string
}

export function registerInit(program: Command, cli: Cli): void {
  const command = program
    .command('init')
    .description('Write a commented inventory, and strong secrets for it.')
    .requiredOption('--out <file>', 'path of the new inventory')
    .option('--cluster <name>', 'name of the cluster')
    .addOption(new Option('--nodes <a,b>', 'both nodes, as `uname -n` prints them').argParser(twoNodes))
    .option('--vip <address>', 'the address that clients mount from')
    .option('--disk <device>', 'the backing disk on both nodes')
    .option('--mount <path>', 'where the volume is mounted on the active node')
    .option('--clients <network>', 'who may mount')
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (options: InitOptions) => {
    const { initInventory } = await import('../inventory/init.ts')
    const { initDefaults } = await import('../inventory/init-text.ts')
    const screen = screenFor(options, cli.io)
    const { cluster, nodes, vip, disk, mount, clients } = { ...initDefaults, ...options }
    const made = await initInventory(resolve(cli.io.cwd, options.out), {
      cluster,
      nodes,
      vip,
      disk,
      mount,
      clients,
    })
    if (screen.format === 'json') {
      screen.printJson({ verdict: 'done', exitCode: 0, ...made })
      return
    }
    screen.print(`inventory  ${made.inventory}`)
    screen.print(`secrets    ${made.secrets} (mode 0600; keep it, and keep it out of git)`)
    if (made.gitignore !== undefined) screen.print(`ignored    by ${made.gitignore}`)
    screen.print(`next: put your values where it says CHANGE, then: nfsha validate ${options.out}`)
  })
}

function twoNodes(text: string): readonly [string, string] {
  const [first = '', second = '', ...more] = text.split(',').map(name => name.trim())
  if (first === '' || second === '' || more.length > 0)
    throw new InvalidArgumentError('give two names, as nfs1,nfs2.')
  return [first, second]
}
