import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EventSink, RunEvent } from '../core/event.ts'
import type { Mask } from './mask.ts'
import { type PlanRecord, planRecord } from './plan-record.ts'

/** An event as the journal keeps it: stamped, and its plan as it was shown. */
export type JournalEntry = { readonly time: string } & (
  | Exclude<RunEvent, { type: 'plan-made' }>
  | { readonly type: 'plan-made'; readonly plan: PlanRecord }
)

export interface Journal {
  readonly path: string
  readonly sink: EventSink
  /** Why the journal is not whole: the first write that failed. */
  failure(): string | undefined
}

/** Where journals are: `$XDG_STATE_HOME/nfsha/journal` (XDG Base Directory Specification 0.8). */
export function journalDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const home = env.HOME ?? '/'
  const given = env.XDG_STATE_HOME
  const state = given?.startsWith('/') === true ? given : join(home, '.local', 'state')
  return join(state, 'nfsha', 'journal')
}

/**
 * Opens a run's journal, one JSON object a line. Written synchronously, so that whatever happened is
 * in it when the controller is killed; a full disk does not stop the run, it is told at the end.
 */
export function openJournal(directory: string, runId: string, mask: Mask, now: () => Date): Journal {
  const path = join(directory, `${runId}.jsonl`)
  let failure: string | undefined
  const attempt = (write: () => void) => {
    try {
      write()
    } catch (error) {
      failure ??= error instanceof Error ? error.message : String(error)
    }
  }
  attempt(() => mkdirSync(directory, { recursive: true, mode: 0o700 }))
  return {
    path,
    sink: event => {
      const kept = event.type === 'plan-made' ? { ...event, plan: planRecord(event.plan, mask) } : event
      const entry: JournalEntry = { time: now().toISOString(), ...kept }
      attempt(() => appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 }))
    },
    failure: () => failure,
  }
}
