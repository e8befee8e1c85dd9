import type { JournalEntry } from './journal.ts'

/** An entry of a journal, and how long to wait before it is shown. */
export interface ReplayedEntry {
  readonly entry: JournalEntry
  readonly afterMs: number
}

export interface ReplaySpeed {
  /** How many times as fast as it ran. */
  readonly factor: number
  /** No pause is longer, in milliseconds of the replay. */
  readonly longestPauseMs: number
}

/** Pauses that nobody would notice, in milliseconds of the replay, are none. */
const shortestPauseMs = 30

/**
 * A run as it ran: its entries in order, with the pauses that lay between them. A clock that was set
 * back meanwhile is a pause of none.
 */
export function replayOf(
  entries: readonly JournalEntry[],
  { factor, longestPauseMs }: ReplaySpeed,
): readonly ReplayedEntry[] {
  return entries.map((entry, index) => {
    const before = entries[index - 1]
    const pauseMs = before === undefined ? 0 : Date.parse(entry.time) - Date.parse(before.time)
    const afterMs = Math.round(Math.min(longestPauseMs, pauseMs / factor))
    // Not a number where an entry has no time.
    return { entry, afterMs: afterMs >= shortestPauseMs ? afterMs : 0 }
  })
}
