import { expect, test } from 'vitest'
import { durationText } from '../../src/report/duration.ts'

test.each([
  [0, '0.0 s'],
  [440, '0.4 s'],
  [9949, '9.9 s'],
  [9950, '10 s'],
  [59_499, '59 s'],
  [59_500, '1:00 min'],
  [125_000, '2:05 min'],
  [3_725_000, '1:02:05 h'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
