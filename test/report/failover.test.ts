import { expect, test } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { failoverLine, predictFailover } from '../../src/report/failover.ts'

const cluster = (deadtimeMs: number, graceSeconds: number, clientDatabaseOnVolume: boolean) =>
  ({ heartbeat: { deadtimeMs }, nfs: { graceSeconds, clientDatabaseOnVolume } }) as Cluster

test.each([
  [
    'our defaults',
    cluster(10_000, 10, true),
    '3 to 7 s in a switchover, 13 to 18 s after a crash; up to 12.7 s more',
  ],
  ['a short deadtime', cluster(5_000, 10, true), '8 to 13 s after a crash'],
  [
    'grace of 90 s that nobody can end',
    cluster(10_000, 90, false),
    '93 to 97 s in a switchover, 103 to 108 s',
  ],
])('predicts the stall with %s', (_case, given, text) => {
  expect(failoverLine(predictFailover(given))).toContain(text)
})
