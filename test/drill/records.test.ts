import { expect, test } from 'vitest'
import { errorsOf, percentile, seriesOf } from '../../src/drill/operations.ts'
import { parseOperations, parseProber, parseVerification } from '../../src/drill/records.ts'

const log = `b 0 1000.0
e 0 1010.5 ok
b 1 1050.0
e 1 9050.0 ok
b 2 9060.0
e 2 9070.0 fsync: Input/output error
b 3 9100.0
e 3 91`

test('operations, with one that failed and one whose end was cut off', () => {
  expect(parseOperations(log)).toEqual([
    { number: 0, beganMs: 1000, endedMs: 1010.5 },
    { number: 1, beganMs: 1050, endedMs: 9050 },
    { number: 2, beganMs: 9060, endedMs: 9070, error: 'fsync: Input/output error' },
    { number: 3, beganMs: 9100 },
  ])
})

test.each(['', 'nonsense\n', 'e 0 10.0 ok\n', 'b x 1\n'])(
  'what is no log of operations is none: %j',
  text => {
    expect(parseOperations(text)).toEqual([])
  },
)

test('a series: the stall is the longest that the fault touched, one without an end counts as failed', () => {
  const series = seriesOf({
    kind: 'append',
    nfsVersion: '4.2',
    records: parseOperations(log),
    toRelative: ms => ms - 2000,
    untilMs: 9000,
  })
  expect(series).toMatchObject({ count: 4, failed: 2, worstMs: 8000 })
  expect(series.points.at(-1)).toEqual({ atMs: 7100, durationMs: 1900, ok: false })
})

test('operations that ended before the fault do not count for the stall', () => {
  const records = [
    { number: 0, beganMs: 0, endedMs: 900 },
    { number: 1, beganMs: 1000, endedMs: 1010 },
  ]
  const series = seriesOf({
    kind: 'read',
    nfsVersion: '3',
    records,
    toRelative: ms => ms - 950,
    untilMs: 500,
  })
  expect(series.worstMs).toBe(10)
})

test('slow and failed operations are always drawn, of the others some', () => {
  const records = Array.from({ length: 3000 }, (_, number) => ({
    number,
    beganMs: number * 10,
    endedMs: number * 10 + (number === 1234 ? 400 : 1),
  }))
  const { points } = seriesOf({ kind: 'read', nfsVersion: '4.2', records, toRelative: ms => ms, untilMs: 1 })
  expect(points.length).toBeLessThan(400)
  expect(points.filter(({ durationMs }) => durationMs === 400)).toHaveLength(1)
})

test('percentiles by nearest rank', () => {
  expect([0.5, 0.99, 1].map(share => percentile([1, 2, 3, 4], share))).toEqual([2, 4, 4])
  expect(percentile([], 0.5)).toBe(0)
})

test('errors, once each', () => {
  expect(errorsOf([...parseOperations(log), ...parseOperations(log)])).toEqual(['fsync: Input/output error'])
})

test('what the prober saw', () => {
  expect(parseProber('up 10.5\nmac 11.0 52:54:00:4e:00:01\ndown 20.0\nmac 21.0 \njunk\n')).toEqual([
    { atMs: 10.5, what: 'up' },
    { atMs: 11, what: 'mac', mac: '52:54:00:4e:00:01' },
    { atMs: 20, what: 'down' },
    { atMs: 21, what: 'mac', mac: '' },
  ])
})

test('a verification, and one that was cut off', () => {
  expect(parseVerification('4.2 append 100 3 0 1 20 22\n4.2 create 5 0 0 0 - -\nverified')).toEqual([
    { version: '4.2', kind: 'append', acknowledged: 100, lost: 3, corrupt: 0, duplicated: 1, gap: [20, 22] },
    { version: '4.2', kind: 'create', acknowledged: 5, lost: 0, corrupt: 0, duplicated: 0 },
  ])
  expect(parseVerification('4.2 append 100 3 0 1 20 22\n')).toBeUndefined()
})
