import { describe, expect, test } from 'vitest'
import type { DrillResult } from '../../../src/core/drill.ts'
import { drillPage } from '../../../src/report/drill-page/drill-page.ts'
import { headline, headlineFigures } from '../../../src/report/drill-page/headline.ts'
import { missOf, missText } from '../../../src/report/drill-page/miss.ts'
import { clipped, focus, stallOf, wholeRun } from '../../../src/report/drill-page/window.ts'
import { partitionDrill, powerCutDrill, witnessedDrill } from '../sample-drill.ts'

/** What is left of a drill that broke off before anything was measured. */
const { prediction: _none, ...unpredicted } = powerCutDrill
const empty: DrillResult = {
  ...unpredicted,
  operations: [],
  moments: [],
  phases: [],
  active: [],
  locks: [],
  clockOffsets: [],
  writes: { acknowledged: 0, lost: 0, corrupt: 0, duplicated: 0 },
  verdict: 'failed',
  reasons: ['the client did not answer'],
}

describe('the page', () => {
  test.each([
    ['a power cut', powerCutDrill],
    ['a partition', partitionDrill],
    ['a partition with a witness', witnessedDrill],
    ['a drill that broke off', empty],
  ])('of %s is the same for the same result, and runs no script', (_name, drill) => {
    const page = drillPage(drill)
    expect(drillPage(drill)).toBe(page)
    expect(page).not.toMatch(/<script|javascript:|\son\w+=/)
    expect(page).not.toMatch(/undefined|NaN|Infinity|\[object/)
  })

  test('says the reasons, the client’s complaints and the late heartbeats', () => {
    const page = drillPage(partitionDrill)
    for (const reason of partitionDrill.reasons) expect(page).toContain(reason)
    expect(page).toContain('&#60;script&#62;alert')
    expect(page).toContain('Late heartbeats')
    expect(drillPage(powerCutDrill)).toContain('No late heartbeats')
  })
})

test('frozen writes are drawn, said, and named in the caption, where there were any', () => {
  const page = drillPage(witnessedDrill)
  expect(page).toContain('m1’s writes were frozen from +3.10 s to +42.5 s')
  expect(page).toContain('when DRBD held back its writes (frozen)')
  expect(drillPage(powerCutDrill)).not.toContain('frozen')
})

describe('the group script', () => {
  test('has a row for each run, and its total is not a phase', () => {
    const { phases } = powerCutDrill
    const page = drillPage({ ...powerCutDrill, phases: [...phases, ...phases] })
    expect(page).toContain('start on m2 took 2.40 s, start on m2, time 2 took 2.40 s')
    const key = drillPage({ ...powerCutDrill, phases: phases.slice(-1) })
    expect(key).not.toContain('Phases of the group script')
  })
})

describe('the headline', () => {
  const writes = powerCutDrill.writes
  test.each([
    ['a power cut', powerCutDrill, 'Power cut: writes stalled for 10.7 s, nothing was lost'],
    [
      'a partition',
      partitionDrill,
      'All cut: writes stalled for 10.7 s, 152 of 1\u{202f}204 acknowledged writes were lost, two nodes were active at once',
    ],
    [
      'a corrupt record',
      { ...powerCutDrill, writes: { ...writes, corrupt: 1 } },
      'Power cut: writes stalled for 10.7 s, 1 record came back wrong',
    ],
    [
      'data that nobody could compare',
      { ...powerCutDrill, writes: { ...writes, lost: 'unknown' as const } },
      'Power cut: writes stalled for 10.7 s, what became of the data is not known',
    ],
    ['a drill that broke off', empty, 'Power cut: no client worked, nothing was lost'],
  ])('of %s', (_name, drill, expected) => {
    expect(headline(drill)).toBe(expected)
  })

  test('has the time with one copy of the data among the figures', () => {
    const oneCopy = { fromMs: 4000, toMs: 200_000, hasEnded: true }
    const figures = headlineFigures({ ...powerCutDrill, oneCopy })
    expect(figures).toContainEqual({
      ...{ name: 'With one copy of the data', value: '3:16 min', tone: 'plain' },
      about: 'from +4.00 s on, the resync included',
    })
  })

  test('is in red where data, locks or the single active node were lost', () => {
    const tones = (drill: DrillResult) => headlineFigures(drill).map(({ name, tone }) => [name, tone])
    expect(tones(partitionDrill).filter(([, tone]) => tone === 'bad')).toEqual([
      ['Acknowledged writes lost', 'bad'],
      ['Two nodes active at once', 'bad'],
      ['File locks', 'bad'],
    ])
    expect(tones(powerCutDrill).filter(([, tone]) => tone === 'bad')).toEqual([])
    const unknown = { ...powerCutDrill, locks: [{ nfsVersion: '4.2', result: 'unknown' }] } as const
    expect(tones(unknown).filter(([, tone]) => tone === 'bad')).toEqual([['File locks', 'bad']])
    const uncompared = { ...powerCutDrill, writes: { ...powerCutDrill.writes, lost: 'unknown' } } as const
    expect(tones(uncompared).filter(([, tone]) => tone === 'bad')).toEqual([
      ['Acknowledged writes lost', 'bad'],
    ])
  })
})

describe('the prediction', () => {
  const predicting = (lowMs: number, highMs: number) => ({
    ...powerCutDrill,
    prediction: { lowMs, highMs, from: 'timers' as const },
  })
  test.each([
    [9000, 12_000, 'as predicted'],
    [5000, stallOf(powerCutDrill)?.worstMs ?? 0, 'as predicted'],
    [4000, 8000, '34 % above the prediction'],
    [20_000, 30_000, '46 % below the prediction'],
  ])('of %d to %d ms: %s', (lowMs, highMs, expected) => {
    expect(missText(missOf(predicting(lowMs, highMs)) ?? Number.NaN)).toBe(expected)
  })

  test('is left out where there is none', () => {
    expect(missOf(empty)).toBeUndefined()
    expect(drillPage(empty)).not.toContain('Predicted')
  })
})

describe('the window', () => {
  test('holds the fault and the return of service, with calm on both sides', () => {
    const { fromMs, toMs } = focus(powerCutDrill)
    expect(fromMs).toBeLessThan(0)
    expect(toMs).toBeGreaterThan(10_783)
    expect(toMs).toBeLessThan(26_000)
  })

  test('of the whole run ends with the last thing seen', () => {
    expect(wholeRun(powerCutDrill)).toEqual({ fromMs: -5000, toMs: 75_000 })
    expect(wholeRun(empty)).toEqual({ fromMs: 0, toMs: 1000 })
  })

  test('cuts a stretch to what is inside', () => {
    const window = { fromMs: 0, toMs: 10 }
    expect(clipped({ fromMs: -5, toMs: 5 }, window)).toEqual([{ fromMs: 0, toMs: 5 }])
    expect(clipped({ fromMs: 11, toMs: 15 }, window)).toEqual([])
  })
})
