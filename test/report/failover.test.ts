import { describe, expect, test } from 'vitest'
import {
  type FailoverSample,
  median,
  predictFailover,
  samplesKept,
  type Timers,
  withSample,
} from '../../src/core/failover.ts'
import { failoverLine } from '../../src/report/failover.ts'

function cluster(
  deadtimeMs: number,
  graceSeconds: number,
  clientDatabaseOnVolume: boolean,
  { group = 'lean', ...off }: Partial<Timers['nfs'] & Pick<Timers, 'group'>> = {},
): Timers {
  const heartbeat = { deadtimeMs, deadpingMs: deadtimeMs, ipfail: false, pingGroups: [] }
  const remedies = { vipLast: true, tickle: true, gratuitousArp: true, ...off }
  return { heartbeat, group, nfs: { graceSeconds, clientDatabaseOnVolume, ...remedies } } as unknown as Timers
}

const sample = (kind: FailoverSample['kind'], beyondTimerMs: number, runId = 'r'): FailoverSample => ({
  ...{ kind, runId, beyondTimerMs },
  ...{ startMs: 2000, returnMs: 1500 },
})

test.each([
  [
    'our defaults',
    cluster(10_000, 10, true),
    '1 to 10 s in a switchover, 11 to 18 s after a crash; up to 13 s more',
  ],
  ['a short deadtime', cluster(5_000, 10, true), '6 to 13 s after a crash'],
  [
    'grace of 90 s that nobody can end, on a node that may not have to',
    cluster(10_000, 90, false),
    '1 to 111 s in a switchover, 11 to 119 s',
  ],
  ['no gratuitous ARP', cluster(5_000, 10, true, { gratuitousArp: false }), '1 to 70 s in a switchover'],
  ['no tickle', cluster(5_000, 10, true, { tickle: false }), '1 to 20 s in a switchover'],
  ['the VIP first', cluster(5_000, 10, true, { vipLast: false }), '1 to 22 s in a switchover'],
  [
    'an agent for each resource',
    cluster(5_000, 10, true, { group: 'standard' }),
    '1 to 22 s in a switchover',
  ],
])('predicts the stall with %s', (_case, given, text) => {
  expect(failoverLine(predictFailover(given))).toContain(text)
})

describe('after drills of this pair', () => {
  test.each([
    ['one drill: a third around it', [4500], [9, 13], { drills: 1, median: 11 }],
    [
      'four: all of them, and a sixth more',
      [4500, 10_500, 5000, 7500],
      [10, 19],
      { drills: 4, median: 12.75 },
    ],
  ])('a kind that was measured: the timer, and %s', (_, ms, range, crash) => {
    const samples = ms.map(each => sample('crash', each))
    expect(predictFailover(cluster(5000, 10, true), { version: 1, samples })).toMatchObject({
      ...{ crash: range, from: 'last-drill', measured: { crash } },
    })
  })

  test('the timer may have been changed since', () => {
    const record = { version: 1, samples: [sample('crash', 5000)] } as const
    expect(predictFailover(cluster(20_000, 10, true), record).measured.crash?.median).toBe(26.5)
  })

  test('a kind that was not: a narrower range, of what the script and the client took in others', () => {
    const record = { version: 1, samples: [sample('crash', 5000)] } as const
    expect(predictFailover(cluster(5000, 10, true), record).switchover).toEqual([3.5, 7.5])
  })

  test('says where its figures are from', () => {
    const record = { version: 1, samples: [sample('crash', 5000)] } as const
    const line = failoverLine(predictFailover(cluster(5000, 10, true), record))
    expect(line).toContain('9.3 to 14 s after a crash (by 1 drill)')
    expect(line).toContain('in a switchover (by drills of another kind)')
  })
})

test('a cut cable is predicted where ipfail would notice it', () => {
  const given = cluster(10_000, 10, true)
  const heartbeat = { ...given.heartbeat, ipfail: true, pingGroups: [['192.168.0.1']] }
  expect(predictFailover(given).nicCut).toBeUndefined()
  expect(failoverLine(predictFailover({ ...given, heartbeat }))).toContain('14 to 23 s when its cable')
})

test('of each kind only the last drills are remembered', () => {
  const all = Array.from({ length: samplesKept + 3 }, (_, at) => sample('crash', at * 1000, `r${at}`))
  const start = withSample(undefined, sample('planned', 1, 'p'))
  const record = all.reduce(withSample, start)
  expect(record.samples.map(({ runId }) => runId)).toEqual(['p', 'r3', 'r4', 'r5', 'r6', 'r7'])
})

test.each([
  [[], 0],
  [[3], 3],
  [[5, 1], 3],
  [[9, 1, 5], 5],
])('the median of %j', (values, expected) => {
  expect(median(values)).toBe(expected)
})
