import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NfshaError } from '../core/error.ts'
import type { JournalEntry } from './journal.ts'

/** A run in the journal, in one line. */
export interface JournalSummary {
  readonly runId: string
  readonly started: string
  readonly cluster: string
  readonly playbook: string
  /** `unfinished`: the controller was killed, or the run is still going on. */
  readonly result: string
  readonly durationMs: number | undefined
}

/** The ids of all runs, newest first; none where there is no journal yet. */
export function journalRunIds(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter(name => name.endsWith('.jsonl'))
      .map(name => name.slice(0, -'.jsonl'.length))
      .sort()
      .reverse()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new NfshaError(
      'failed',
      `cannot read the journal in ${directory}: ${(error as Error).message}`,
      'make the directory readable for you, or point XDG_STATE_HOME elsewhere',
      { cause: error },
    )
  }
}

/** A run by its id, by the beginning of one, or the `last`. */
export function findRun(directory: string, wanted: string): string {
  const ids = journalRunIds(directory)
  const found = wanted === 'last' ? ids.slice(0, 1) : ids.filter(id => id.startsWith(wanted))
  const [only, ...others] = found
  if (only === undefined)
    throw new NfshaError('usage', `no run ${wanted} in ${directory}`, '`nfsha journal` lists the runs')
  if (others.length > 0 && !found.includes(wanted))
    throw new NfshaError(
      'usage',
      `${found.length} runs begin with ${wanted}`,
      `give more of the id: ${found.slice(0, 3).join(', ')}`,
    )
  return found.includes(wanted) ? wanted : only
}

/** A run's entries in order. A last line that was cut by a crash is left out. */
export function readJournal(directory: string, runId: string): readonly JournalEntry[] {
  return readFileSync(join(directory, `${runId}.jsonl`), 'utf8')
    .split('\n')
    .flatMap(line => {
      try {
        return line === '' ? [] : [JSON.parse(line) as JournalEntry]
      } catch {
        return []
      }
    })
}

export function summarise(runId: string, entries: readonly JournalEntry[]): JournalSummary {
  const started = entries.find(entry => entry.type === 'run-started')
  const finished = entries.find(entry => entry.type === 'run-finished')
  return {
    runId,
    started: started?.time ?? '',
    cluster: started?.cluster ?? '',
    playbook: started?.playbook ?? '',
    result: finished?.result ?? 'unfinished',
    durationMs: finished?.durationMs,
  }
}
