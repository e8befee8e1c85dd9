import { type Command, InvalidArgumentError, Option } from 'commander'
import { NfshaError } from '../core/error.ts'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { withTarget } from './target-options.ts'

const about = `
A program on a client writes, creates, renames, unlinks, reads and holds a lock, while the fault is
injected and healed. Then each acknowledged write is looked for, byte for byte. The fault is healed
whatever happens, also after Ctrl-C. On real nodes it asks first; a lab's machines it may break.
nfsha drill --list shows the faults. Two at once: FIRST+SECOND.

Exit codes: 0 passed, 1 failed (a write or a lock lost, two active nodes, no takeover), 5 the pair is
not healthy to begin with. A round that cannot begin, or is broken off, ends a --repeat with its own
exit code; the rounds before it are reported all the same.

Examples:
  nfsha drill inventories/lab.yml --fault standby
  nfsha drill inventories/lab.yml --fault power-cut --repeat 5 --html drill.html
  nfsha drill cluster.yml --fault heartbeat-medium-cut:em2 --client app1 --nfs 4.2,3`

export interface DrillOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly fault?: string
  readonly list: boolean
  readonly client?: string
  readonly repeat: number
  readonly nfs?: readonly NfsChoice[]
  readonly yardstick: boolean
  readonly variant: string
  readonly html?: string
  readonly junit?: string
  /** Seconds. */
  readonly healWait: number
  readonly yes: boolean
}

const versions = ['4.2', '4.0', '3'] as const
export type NfsChoice = (typeof versions)[number]

export function registerDrill(program: Command, cli: Cli): void {
  const command = withTarget(
    program
      .command('drill')
      .description('Inject a fault while a client works, and measure what it notices and what it loses.'),
    { isOptional: true },
  )
    .option('--fault <kind>', 'what to break')
    .option('--list', 'show the faults and end; needs no inventory', false)
    .option('--client <host>', "one of the inventory's clients; the first one when not said")
    .addOption(new Option('--repeat <n>', 'so many drills, one after the other').argParser(count).default(1))
    .addOption(
      new Option(
        '--nfs <versions>',
        'of 4.2, 4.0 and 3, with commas; all that are enabled when not said',
      ).argParser(chosenVersions),
    )
    .option('--yardstick', 'also the loop of article 001: 10 MB to a new file, then stat', false)
    .option('--variant <label>', 'a name for this set of settings, for comparisons', 'default')
    .option('--html <file>', 'write a page with the time line and the latencies')
    .option('--junit <file>', 'write the verdicts as JUnit XML')
    .addOption(
      new Option('--heal-wait <seconds>', 'how long the pair may take to be healthy again')
        .argParser(count)
        .default(900),
    )
    .option('--yes', 'do not ask', false)
    .addHelpText('after', about)
  withCommonOptions(command, 'junit').action(async (source: string | undefined, options: DrillOptions) => {
    const screen = screenFor(options, cli.io)
    if (options.list) return (await import('./drill-faults.ts')).listFaults(screen)
    if (source === undefined)
      throw new NfshaError('usage', "missing required argument 'inventory'", 'see nfsha drill --help')
    const { runDrill } = await import('./run-drill.ts')
    await runDrill(source, options, cli, screen)
  })
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number from 1 on.')
  return value
}

function chosenVersions(text: string): readonly NfsChoice[] {
  const words = text.split(',')
  const chosen = versions.filter(version => words.includes(version))
  if (chosen.length === 0 || chosen.length !== words.length)
    throw new InvalidArgumentError(`give some of ${versions.join(', ')}, with commas.`)
  return chosen
}
