import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/report/journal.ts'
import { replayOf } from '../../src/report/journal-replay.ts'

const at = (time: string): JournalEntry => ({ time, type: 'host-connecting', host: 'm1' })
const pauses = (times: readonly string[], factor = 1, longestPauseMs = 60_000) =>
  replayOf(
    times.map(time => at(`2025-01-02T03:04:${time}Z`)),
    { factor, longestPauseMs },
  ).map(({ afterMs }) => afterMs)

describe('a replay', () => {
  it.each<[string, readonly string[], number, number, readonly number[]]>([
    ['has the pauses of the run', ['05.000', '06.500', '06.600'], 1, 60_000, [0, 1500, 100]],
    ['is so many times as fast', ['05.000', '06.500'], 10, 60_000, [0, 150]],
    ['or slower', ['05.000', '06.500'], 0.5, 60_000, [0, 3000]],
    ['cuts long pauses, as they would be shown', ['05.000', '55.000'], 2, 3000, [0, 3000]],
    ['leaves out what nobody would notice', ['05.000', '05.020'], 1, 60_000, [0, 0]],
    ['takes a clock that was set back for no pause', ['05.000', '01.000'], 1, 60_000, [0, 0]],
    ['has none at all without a terminal', ['05.000', '55.000'], Number.POSITIVE_INFINITY, 60_000, [0, 0]],
    ['takes an entry without a time for one at once', ['05.000', 'x'], 1, 60_000, [0, 0]],
  ])('%s', (_, times, factor, longest, expected) => {
    expect(pauses(times, factor, longest)).toEqual(expected)
  })
})
