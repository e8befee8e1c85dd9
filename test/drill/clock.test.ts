import { describe, expect, test } from 'vitest'
import { onController, readingOf } from '../../src/drill/clock.ts'

test('a reading lies in the middle of its round trip, as sure as that is short', () => {
  expect(readingOf(1000, 1020, 500)).toEqual({ atMs: 1010, offsetMs: 505, uncertaintyMs: 15 })
})

describe('a time of a host, on the controller', () => {
  const at = (atMs: number, offsetMs: number) => ({ atMs, offsetMs, uncertaintyMs: 5 })

  test.each([
    ['with one reading, by its offset', [at(1000, 100)], 950, 2000, 1050],
    ['before the first reading, by that', [at(1000, 100), at(3000, 140)], 500, 700, 600],
    ['after the last one, by that', [at(1000, 100), at(3000, 140)], 4000, 4200, 4140],
    ['in between, by both, since chrony slews', [at(1000, 100), at(3000, 140)], 1880, 2100, 2000],
    ['before a standstill, by the first', [at(1000, 100), at(31_000, 20_100)], 2000, 2110, 2100],
    ['after a standstill, by the second', [at(1000, 100), at(31_000, 20_100)], 9000, 29_150, 29_100],
  ])('%s', (_case, readings, hostMs, arrivedMs, expected) => {
    expect(onController(readings, hostMs, arrivedMs)).toBeCloseTo(expected)
  })

  test('is not known without a reading', () => {
    expect(onController([], 1, 2)).toBeUndefined()
  })
})
