import { type Command, Option } from 'commander'
import { type Cli, screenFor, withCommonOptions } from './cli.ts'
import { type RunOptions, withRunOptions } from './run-options.ts'
import { collect } from './selection.ts'
import { spanMs } from './span.ts'
import { type TargetOptions, withTarget } from './target-options.ts'

const about = `
After a split-brain both sides have writes that the other one lacks, and one side's are given up. That is
a person's choice: \`show\` puts both sides beside each other and changes nothing, \`repair\` gives one up.

Examples:
  nfsha split-brain show cluster.yml
  nfsha split-brain show cluster.yml --format json | jq '.volumes[].changes'
  nfsha split-brain repair cluster.yml --discard m2        what that would be; refused until it is consented to
  nfsha split-brain repair cluster.yml --discard m2 --allow-data-loss data@m2 --copy /root/from-m2`

const repairAbout = `
The survivor serves all the time, or from then on where nobody did. Both sides' state is saved on both nodes
first, in /var/lib/nfsha/split-brain. Refused unless the survivor has all its data, the other node can give way,
and the loss is named: --yes never covers it. To run it again goes on where it stopped.

Examples:
  nfsha split-brain repair cluster.yml --discard m2
  nfsha split-brain repair cluster.yml --discard m2 --allow-data-loss data@m2 --copy /root/from-m2`

export interface ShowOptions extends TargetOptions {
  readonly all: boolean
  /** Milliseconds. */
  readonly timeout: number
}

export interface RepairOptions extends TargetOptions, RunOptions {
  readonly discard: string
  readonly allowDataLoss: readonly string[]
  readonly copy?: string
}

export function registerSplitBrain(program: Command, cli: Cli): void {
  const command = program
    .command('split-brain')
    .description('Show both sides of a split-brain, or give one up for the other.')
    .addHelpText('after', about)
  const show = withTarget(
    command.command('show').description("Put both sides' state and changed files beside each other."),
  )
    .option('--all', 'name every file that differs', false)
    .addOption(
      new Option('--timeout <span>', 'tell what is known by then; large trees take long')
        .argParser(spanMs)
        .default(120_000, '2m'),
    )
  withCommonOptions(show).action(async (source: string, options: ShowOptions) => {
    const { runSplitBrainShow } = await import('./run-split-brain-show.ts')
    await runSplitBrainShow(source, options, cli, screenFor(options, cli.io))
  })
  const repair = withRunOptions(
    withTarget(
      command.command('repair').description("Give one node's changes up, and take the other one's."),
    ),
  )
    .requiredOption('--discard <node>', 'the node whose changes are given up')
    .addOption(
      new Option(
        '--allow-data-loss <resource@node>',
        'the changes of this resource on this node may go; may be given several times',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--copy <directory>', 'first copy the files that would be lost there, on that node')
    .addHelpText('after', repairAbout)
  withCommonOptions(repair).action(async (source: string, options: RepairOptions) => {
    const { runSplitBrainRepair } = await import('./run-split-brain-repair.ts')
    await runSplitBrainRepair(source, options, cli, screenFor(options, cli.io))
  })
}
