import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Cli, type CommonOptions, type Screen, screenFor, withCommonOptions } from './cli.ts'
import { spanMs } from './span.ts'

const examples = `
Examples:
  nfsha journal                         list the runs made from this machine, newest first
  nfsha journal list --cluster blue     those of one cluster
  nfsha journal show last               tell the last one (so does \`nfsha journal last\`); -v with its plan and the diffs
  nfsha journal show 20250102-03 -vvv   tell a run by the beginning of its id, with all output
  nfsha journal replay last             show it again as it ran; nothing is run
  nfsha journal replay last --speed 10`

export function registerJournal(program: Command, cli: Cli): void {
  const journal = program
    .command('journal')
    .description('List the runs made from this machine, or tell one of them.')
    .addHelpText('after', examples)
  const list = journal.command('list').description('List the runs; so does `nfsha journal` alone.')
  for (const command of [journal, list])
    withCommonOptions(command.option('--cluster <name>', 'list only the runs of this cluster'))
  list.action(async (_options: ListOptions, given: Command) => {
    const options = given.optsWithGlobals<ListOptions>()
    await listRuns(await directoryFor(cli), options.cluster, screenFor(options, cli.io))
  })
  journal
    .argument('[run]', 'tell this run, as `nfsha journal show` does')
    .action(async (run: string | undefined, options: ListOptions) => {
      const [directory, screen] = [await directoryFor(cli), screenFor(options, cli.io)]
      if (run === undefined) await listRuns(directory, options.cluster, screen)
      else await tellRun(directory, run, screen)
    })

  const show = journal
    .command('show')
    .description('Tell one run, event by event.')
    .argument('<run>', 'a run id, the beginning of one, or "last"')
    .addHelpText('after', examples)
  withCommonOptions(show).action(async (run: string, _options: CommonOptions, command: Command) =>
    // The parent has the same options, and takes those that stand before `show`.
    tellRun(await directoryFor(cli), run, screenFor(command.optsWithGlobals<CommonOptions>(), cli.io)),
  )

  const replay = journal
    .command('replay')
    .description('Show a run again as it ran, in its order and at its pace. Nothing is run.')
    .argument('<run>', 'a run id, the beginning of one, or "last"')
    .addOption(
      new Option(
        '--speed <factor>',
        'so many times as fast; 1 on a terminal, else without any pause',
      ).argParser(factor),
    )
    .addOption(
      new Option('--longest-pause <span>', 'cut every pause to this').argParser(spanMs).default(3000, '3s'),
    )
    .addHelpText('after', examples)
  withCommonOptions(replay).action(async (run: string, _options: ReplayOptions, given: Command) => {
    const options = given.optsWithGlobals<ReplayOptions>()
    const { runReplay } = await import('./run-replay.ts')
    await runReplay(await directoryFor(cli), run, options, cli, screenFor(options, cli.io))
  })
}

type ListOptions = CommonOptions & { readonly cluster?: string }

export interface ReplayOptions extends CommonOptions {
  readonly speed?: number
  /** Milliseconds. */
  readonly longestPause: number
}

function factor(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('give a number above 0, as 10 or 0.5.')
  return value
}

async function directoryFor(cli: Cli): Promise<string> {
  const { journalDirectory } = await import('../report/journal.ts')
  return journalDirectory(cli.io.env)
}

async function listRuns(directory: string, cluster: string | undefined, screen: Screen): Promise<void> {
  const { journalRunIds, readJournal, summarise } = await import('../report/journal-read.ts')
  const { journalTable } = await import('../report/journal-text.ts')
  const runs = journalRunIds(directory)
    .map(id => summarise(id, readJournal(directory, id)))
    .filter(run => cluster === undefined || run.cluster === cluster)
  if (screen.format === 'json') screen.printJson({ runs })
  else screen.print(runs.length === 0 ? `No runs in ${directory}.` : journalTable(runs, screen.paint))
}

async function tellRun(directory: string, wanted: string, screen: Screen): Promise<void> {
  const { findRun, readJournal } = await import('../report/journal-read.ts')
  const { journalStory } = await import('../report/journal-text.ts')
  const runId = findRun(directory, wanted)
  const entries = readJournal(directory, runId)
  if (screen.format === 'json') screen.printJson({ runId, events: entries })
  else screen.print(journalStory(entries, screen.verbosity, screen.paint))
}
