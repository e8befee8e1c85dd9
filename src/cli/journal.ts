import type { Command } from 'commander'
import { type Cli, type CommonOptions, type Screen, screenFor, withCommonOptions } from './cli.ts'

const examples = `
Examples:
  nfsha journal                         list the runs made from this machine, newest first
  nfsha journal show last               tell the last one
  nfsha journal show 20250102-03 -vvv   tell a run by the beginning of its id, with all output`

export function registerJournal(program: Command, cli: Cli): void {
  const journal = program
    .command('journal')
    .description('List the runs made from this machine, or tell one of them.')
    .option('--cluster <name>', 'list only the runs of this cluster')
    .addHelpText('after', examples)
  withCommonOptions(journal).action(async (options: CommonOptions & { readonly cluster?: string }) =>
    listRuns(await directoryFor(cli), options.cluster, screenFor(options, cli.io)),
  )

  const show = journal
    .command('show')
    .description('Tell one run, event by event.')
    .argument('<run>', 'a run id, the beginning of one, or "last"')
    .addHelpText('after', examples)
  withCommonOptions(show).action(async (run: string, _options: CommonOptions, command: Command) =>
    // The parent has the same options, and takes those that stand before `show`.
    tellRun(await directoryFor(cli), run, screenFor(command.optsWithGlobals<CommonOptions>(), cli.io)),
  )
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
