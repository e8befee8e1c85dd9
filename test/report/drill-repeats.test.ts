import { describe, expect, test } from 'vitest'
import type { DrillResult } from '../../src/core/drill.ts'
import { drillPage } from '../../src/report/drill-page/drill-page.ts'
import { repeatsText, worstRun } from '../../src/report/drill-repeats.ts'
import { plain } from '../../src/report/paint.ts'
import { powerCutDrill } from './sample-drill.ts'

const stalled = (worstMs: number, more: Partial<DrillResult> = {}): DrillResult => ({
  ...powerCutDrill,
  operations: powerCutDrill.operations.map(each => ({ ...each, worstMs })),
  prediction: { lowMs: 4000, highMs: 5000, from: 'last-drill' },
  ...more,
})
const [short, middle, long] = [stalled(4000), stalled(5000), stalled(6000)]
const failed = stalled(3000, { verdict: 'failed', writes: { ...powerCutDrill.writes, lost: 2 } })

describe('the worst run', () => {
  test.each([
    ['the longest stall', [short, long, middle], long],
    ['one that failed, however short', [long, failed, middle], failed],
    ['the only one', [short], short],
  ] as const)('is %s', (_, runs, worst) => {
    expect(worstRun(runs)).toBe(worst)
  })
})

describe('the summary of several runs', () => {
  test('gives the median and how far they lay apart', () => {
    const text = repeatsText([short, long, middle], plain)
    expect(text).toContain('3 runs: 3 passed')
    expect(text).toContain('none lost')
    expect(text).toContain('Worst append: 5.00 s in the median, 4.00 s to 6.00 s')
    expect(text).toContain('Prediction: as predicted in the median')
  })

  test('tells what was lost', () => {
    expect(repeatsText([short, failed], plain)).toMatch(/2 runs: 1 passed, .* 2 LOST/)
  })

  test('tells of how many runs it is not known', () => {
    const unknown = stalled(3000, { verdict: 'failed', writes: { ...powerCutDrill.writes, lost: 'unknown' } })
    const text = repeatsText([short, unknown], plain)
    expect(text).toContain('1204 writes acknowledged, none lost, not known of 1 run')
    expect(drillPage(unknown, [short, unknown])).toContain('>unknown</td>')
  })

  test('is nothing for a single one', () => {
    expect(repeatsText([short], plain)).toBeUndefined()
    expect(drillPage(short)).not.toContain('All 1 runs')
  })

  test('stands on the page, with the drawn one marked', () => {
    const page = drillPage(long, [short, long])
    expect(page).toContain('All 2 runs')
    expect(page).toContain('2, drawn')
    expect(page).not.toMatch(/undefined|NaN|\[object/)
  })
})
