import { eventText, type ToldEvent, type Verbosity } from './event-text.ts'
import type { Paint } from './paint.ts'

/** A view of a run while it goes on. */
export interface Progress {
  readonly sink: (event: ToldEvent) => void
  /** Ends what is drawn, so that something else may be printed; later events draw again. */
  settle(): Promise<void>
}

export interface ProgressOptions {
  readonly write: (text: string) => void
  readonly now: () => Date
  readonly verbosity: Verbosity
  readonly paint: Paint
}

/** One line an event, stamped with the local time: for logs, pipes and CI. */
export function plainProgress({ write, now, verbosity, paint }: ProgressOptions): Progress {
  let lastWait = ''
  return {
    sink: event => {
      const text = eventText(event, verbosity, paint)
      if (text === undefined) return
      // A wait is read again every second, and mostly says the same.
      if (event.type === 'wait-progress' && text === lastWait) return
      lastWait = event.type === 'wait-progress' ? text : ''
      const stamp = paint('faint', timeOfDay(now()))
      for (const line of text.split('\n')) write(`${stamp} ${line}\n`)
    },
    settle: async () => {},
  }
}

/** `14:03:09`, local time. */
export function timeOfDay(date: Date): string {
  return date.toTimeString().slice(0, 8)
}
