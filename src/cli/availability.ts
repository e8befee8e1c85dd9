import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { withTarget } from './target-options.ts'

const about = `
From the failover times that the pair's last drills measured, else from the timers; and from how often
you expect machines to fail. Durations: 90d, 2y, 4h, 30m.

Examples:
  nfsha availability cluster.yml
  nfsha availability cluster.yml --mtbf 1y --mttr 8h --planned-per-year 12
  nfsha availability cluster.yml --facts facts.json`

export interface AvailabilityOptions extends CommonOptions {
  readonly allowCommands: boolean
  readonly facts?: string
  /** Hours. */
  readonly mtbf: number
  readonly mttr: number
  readonly plannedPerYear: number
  readonly nicCutsPerYear: number
}

export function registerAvailability(program: Command, cli: Cli): void {
  const option = (
    flags: string,
    text: string,
    parse: (text: string) => number,
    standard: number,
    words: string,
  ) => new Option(flags, text).argParser(parse).default(standard, words)
  const command = withTarget(
    program
      .command('availability')
      .description('Say how long clients would wait in a year, given how often machines fail.'),
  )
    .addOption(option('--mtbf <time>', 'a node fails once in so long', hours, 8766, '1y'))
    .addOption(option('--mttr <time>', 'and takes part again after so long', hours, 4, '4h'))
    .addOption(option('--planned-per-year <n>', 'planned switchovers', times, 6, '6'))
    .addOption(
      option(
        '--nic-cuts-per-year <n>',
        "failures of a node's cable or port to the clients",
        times,
        0.2,
        '0.2',
      ),
    )
    .option('--facts <file>', 'take the drills from gathered facts instead of asking the nodes')
    .addHelpText('after', about)
  withCommonOptions(command).action(async (source: string, options: AvailabilityOptions) => {
    const { runAvailability } = await import('./run-availability.ts')
    await runAvailability(source, options, cli, screenFor(options, cli.io))
  })
}

const hoursOf: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24, w: 168, y: 8766 }

function hours(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([mhdwy])$/.exec(text) ?? []
  const value = Number(amount) * (hoursOf[unit] ?? Number.NaN)
  if (!(value > 0)) throw new InvalidArgumentError('give a time as 30m, 4h, 90d or 2y.')
  return value
}

function times(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('give a number from 0 on.')
  return value
}
