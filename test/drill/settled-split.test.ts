import { expect, test } from 'vitest'
import { settledSplit, settleMs } from '../../src/drill/settled-split.ts'
import type { Verdict } from '../../src/status/status.ts'

type Look = readonly [nowMs: number, verdict: Verdict, active?: string]

test.each<readonly [string, readonly Look[], readonly boolean[]]>([
  [
    'that stays the same with one node serving has settled',
    [
      [0, 'split-brain', 'M1'],
      [500, 'split-brain', 'M1'],
      [1000, 'split-brain', 'M1'],
    ],
    [false, false, true],
  ],
  [
    'that nobody serves in has settled too',
    [
      [0, 'split-brain'],
      [1000, 'split-brain'],
    ],
    [false, true],
  ],
  [
    'whose group moves meanwhile has not: writes may still be lost',
    [
      [0, 'split-brain', 'M2'],
      [900, 'split-brain', 'M1'],
      [1800, 'split-brain', 'M1'],
      [1900, 'split-brain', 'M1'],
    ],
    [false, false, false, true],
  ],
  [
    'that was another thing meanwhile has not',
    [
      [0, 'split-brain', 'M1'],
      [500, 'unanswered'],
      [1100, 'split-brain', 'M1'],
      [2100, 'split-brain', 'M1'],
    ],
    [false, false, false, true],
  ],
  [
    'is no name for a pair that is down or degraded for long',
    [
      [0, 'down'],
      [5000, 'degraded', 'M1'],
      [9000, 'degraded', 'M1'],
    ],
    [false, false, false],
  ],
])('a split-brain %s', (_case, looks, expected) => {
  const hasSettled = settledSplit(1000)
  expect(
    looks.map(([nowMs, verdict, active]) =>
      hasSettled({ verdict, ...(active === undefined ? {} : { active }) }, nowMs),
    ),
  ).toEqual(expected)
})

test('settling takes longer than a restart of heartbeat, deadtime and a takeover', () => {
  expect(settleMs(5000)).toBe(75_000)
  expect(settleMs(20_000)).toBe(120_000)
})
