import { describe, expect, test } from 'vitest'
import { availabilityOf } from '../../src/core/availability.ts'
import type { FailoverPrediction } from '../../src/core/failover.ts'
import { availabilityText } from '../../src/report/availability-text.ts'
import { plain } from '../../src/report/paint.ts'

const predicted: FailoverPrediction = {
  ...{ switchover: [5, 7], crash: [15, 20], nicCut: [14, 18] },
  ...{ deadClient: 12.7, from: 'timers', measured: {} },
}
const assumed = { mtbfHours: 8766, mttrHours: 8.766, plannedPerYear: 10, nicCutsPerYear: 2 }

describe('availability of a year', () => {
  const found = availabilityOf(predicted, assumed)
  const seconds = (cause: string) => found.downtimes.find(each => each.cause === cause)?.secondsPerYear

  test('each cause costs its stall, as often as it happens', () => {
    expect(seconds('planned')).toEqual([50, 70])
    expect(seconds('crash')).toEqual([15, 20])
    expect(seconds('nic-cut')).toEqual([28, 36])
  })

  test('both down is the product of two that are down', () => {
    const [both = 0] = seconds('both-down') ?? []
    expect(both).toBeCloseTo((8.766 / 8774.766) ** 2 * 8766 * 3600, 3)
  })

  test('the range of the sum is the range of the availability', () => {
    const year = 8766 * 3600
    expect(found.availability[0]).toBeCloseTo(1 - found.secondsPerYear[1] / year, 12)
    expect(found.availability[0]).toBeLessThan(found.availability[1])
    expect(found.alone.availability).toBeLessThan(found.availability[0])
  })
})

test('a cut that nobody notices lasts until it is repaired', () => {
  const { nicCut: _, ...unnoticed } = predicted
  const { downtimes } = availabilityOf(unnoticed, assumed)
  expect(downtimes.find(({ cause }) => cause === 'nic-cut')?.secondsPerYear[0]).toBeCloseTo(2 * 8.766 * 3600)
})

test('no digits that one drill does not carry', () => {
  const measured = { crash: { drills: 1, median: 17.8 } }
  const drilled = { ...predicted, crash: [15.2, 20.4] as const, from: 'last-drill' as const, measured }
  const text = availabilityText(availabilityOf(drilled, assumed), assumed, drilled, plain)
  expect(text).toContain('crashes of the active node    1.00          15 s to 20 s')
  expect(text).toContain('15 to 21 s after a crash (by 1 drill)')
  expect(text).not.toMatch(/99\.\d{5}/)
})

test('for people: nines as many as there are', () => {
  const text = availabilityText(availabilityOf(predicted, assumed), assumed, predicted, plain)
  expect(text).toContain('planned switchovers           10.00         50 s to 70 s')
  expect(text).toContain('Availability: 99.9995 % to 99.9996 %; one server alone: 99.6 % (31 h a year)')
})
