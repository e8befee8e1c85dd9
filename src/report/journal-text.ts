import { durationText } from './duration.ts'
import { eventText, type Verbosity } from './event-text.ts'
import type { JournalEntry } from './journal.ts'
import type { JournalSummary } from './journal-read.ts'
import type { Paint } from './paint.ts'
import { planText } from './plan-text.ts'
import { columns } from './table.ts'

/** The runs, one a line. */
export function journalTable(runs: readonly JournalSummary[], paint: Paint): string {
  const heading = ['RUN', 'STARTED', 'CLUSTER', 'PLAYBOOK', 'RESULT', 'TOOK']
  return columns([
    heading.map(cell => paint('faint', cell)),
    ...runs.map(run => [
      run.runId,
      run.started.replace(/\.\d+Z$/, 'Z'),
      run.cluster,
      run.playbook,
      paint(
        run.result === 'done' || run.result === 'nothing-to-do' ? 'good' : 'bad',
        run.result.replaceAll('-', ' '),
      ),
      run.durationMs === undefined ? '' : durationText(run.durationMs),
    ]),
  ])
}

/** One run, event by event, in the words that its progress had; its plan, with the diffs, from -v on. */
export function journalStory(entries: readonly JournalEntry[], verbosity: Verbosity, paint: Paint): string {
  return entries
    .flatMap(entry => {
      const text = eventText(entry, verbosity, paint)
      const stamp = paint('faint', entry.time)
      const told = text === undefined ? [] : text.split('\n').map(line => `${stamp} ${line}`)
      if (entry.type !== 'plan-made' || verbosity < 1) return told
      return [
        ...told,
        planText(entry.plan, { paint, showsInSync: false, showsForgone: true, showsActions: verbosity >= 2 }),
      ]
    })
    .join('\n')
}
