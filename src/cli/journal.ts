import type { Command } from 'commander'
import { type Cli, type CommonOptions, type Screen, screenFor, withCommonOptions } from './cli.ts'

const examples = `
Examples:
  nfsha journal                 list the runs made from this machine, newest first
  nfsha journal latest          tell the last one
  nfsha journal 20250102 -vvv   tell a run by the beginning of its id, with all output`

export function registerJournal(program: Command, cli: Cli): void {
  const command = program
    .command('journal')
    .description('List the runs made from this machine, or tell one of them.')
    .argument('[run]', 'a run id, the beginning of one, or "latest"')
    .option('--cluster <name>', 'list only the runs of this cluster')
    .addHelpText('after', examples)
  withCommonOptions(command).action(
    async (run: string | undefined, options: CommonOptions & { readonly cluster?: string }) => {
      const { journalDirectory } = await import('../report/journal.ts')
      const directory = journalDirectory(cli.io.env)
      const screen = screenFor(options, cli.io)
      if (run === undefined) await listRuns(directory, options.cluster, screen)
      else await tellRun(directory, run, screen)
    },
  )
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
  if (screen.format === 'json') screen.printJson({ runId, entries })
  else screen.print(journalStory(entries, screen.verbosity, screen.paint))
}
