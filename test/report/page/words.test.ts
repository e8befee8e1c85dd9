import { expect, test } from 'vitest'
import {
  count,
  faultTitle,
  measured,
  measuredRange,
  plural,
  secondsTick,
  signed,
} from '../../../src/report/page/words.ts'

test.each([
  [0, '0 ms'],
  [45.4, '45 ms'],
  [99.6, '0.10 s'],
  [454, '0.45 s'],
  [996, '1.00 s'],
  [5050, '5.05 s'],
  [9996, '10.0 s'],
  [10_784, '10.8 s'],
  [99_960, '100 s'],
  [115_740, '116 s'],
])('%d ms was measured as %s', (ms, text) => {
  expect(measured(ms)).toBe(text)
})

test.each([
  [5214, '+5.21 s'],
  [-400, '−0.40 s'],
  [26_000, '+26.0 s'],
])('%d ms after the fault is %s', (ms, text) => {
  expect(signed(ms)).toBe(text)
})

test.each([
  ['power-cut', 'Power cut'],
  ['service-nic-cut', 'Service NIC cut'],
  ['heartbeat-medium-cut:em2', 'Heartbeat medium cut:em2'],
  ['replication-cut+power-cut', 'Replication cut + power cut'],
])('%s is titled %s', (fault, title) => {
  expect(faultTitle(fault)).toBe(title)
})

test('counts are grouped by three, and nouns agree', () => {
  expect([count(12), count(1204), count(1_234_567)]).toEqual([
    '12',
    '1\u{202f}204',
    '1\u{202f}234\u{202f}567',
  ])
  expect([plural(1, 'write'), plural(2, 'write')]).toEqual(['1 write', '2 writes'])
  expect([secondsTick(-2), secondsTick(0.5)]).toEqual(['−2 s', '0.5 s'])
})

test.each([
  [4800, 5600, '4.80–5.60 s'],
  [100_700, 101_100, '101 s'],
  [45, 5600, '45 ms–5.60 s'],
])('from %d to %d ms is %s', (min, max, text) => {
  expect(measuredRange(min, max)).toBe(text)
})
