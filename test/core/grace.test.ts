import { expect, test } from 'vitest'
import { stallOf, tries } from '../../src/core/grace.ts'

test.each([
  [0, 0.1],
  [10, 12.7],
  [12, 12.7],
  [13, 25.5],
  [25, 25.5],
  [60, 70.5],
  [90, 100.5],
])('grace of %d s makes a stall of %d s', (grace, stall) => {
  expect(stallOf(grace)).toBe(stall)
})

test('no pause is longer than 15 s', () => {
  expect(tries(50)).toEqual([0.1, 0.3, 0.7, 1.5, 3.1, 6.3, 12.7, 25.5, 40.5, 55.5])
})
