import { describe, expect, test } from 'vitest'
import type { DrillResult } from '../../src/core/drill.ts'
import { predictFailover } from '../../src/core/failover.ts'
import { faultNamed } from '../../src/drill/faults/registry.ts'
import { keepScript, predictionFor, sampleOf } from '../../src/drill/record.ts'
import { faultsOf, type Judged } from '../../src/drill/verdict.ts'
import { drillRecord, newestRecord } from '../../src/facts/drill-record.ts'
import { loadExample } from '../fixtures/cluster.ts'

const { cluster } = await loadExample('lab')
const standby = faultNamed('standby', { cluster })
const replicationCut = faultNamed('replication-cut', { cluster })

const good: Judged = {
  operations: [
    {
      ...{ kind: 'append', nfsVersion: '4.2', count: 100, failed: 0 },
      ...{ worstMs: 6000, p50Ms: 8, p99Ms: 20 },
      points: [],
    },
  ],
  bothActive: [],
  writes: { acknowledged: 100, lost: 0, corrupt: 0, duplicated: 0 },
  locks: [{ nfsVersion: '4.2', result: 'kept' }],
  moments: [{ name: 'promoted', atMs: 3000, host: 'm2', uncertaintyMs: 5 }],
}

describe('a drill fails', () => {
  test('not, when nothing was lost and one node at most was active', () => {
    expect(faultsOf(good, standby, [])).toEqual([])
  })

  test('not, for a record that is there twice: a write sent again', () => {
    const writes = { ...good.writes, duplicated: 1 }
    expect(faultsOf({ ...good, writes }, standby, [])).toEqual([])
  })

  test.each<[string, Partial<Judged>, string]>([
    ['a write was lost', { writes: { ...good.writes, lost: 3 } }, '3 of 100 acknowledged writes are lost'],
    ['a record holds other bytes', { writes: { ...good.writes, corrupt: 1 } }, '1 records hold other bytes'],
    [
      'two nodes were active',
      { bothActive: [{ fromMs: 1000, toMs: 3500 }] },
      'both nodes were active for 2.5 s',
    ],
    ['a lock was lost', { locks: [{ nfsVersion: '3', result: 'lost' }] }, 'the lock over v3 was lost'],
    [
      'an operation failed',
      { operations: good.operations.map(each => ({ ...each, failed: 2 })) },
      '2 append operations over v4.2 failed',
    ],
  ])('when %s', (_case, change, reason) => {
    expect(faultsOf({ ...good, ...change }, standby, [])).toEqual([expect.stringContaining(reason)])
  })

  test('when the group moved though the fault is no reason to', () => {
    expect(faultsOf(good, replicationCut, [])).toEqual(['the group moved, and this fault is no reason to'])
  })

  test('when the run itself found something wanting', () => {
    expect(faultsOf(good, standby, ['clients were not served'])).toEqual(['clients were not served'])
  })
})

describe('the record of a pair', () => {
  const moment = (name: DrillResult['moments'][number]['name'], atMs: number) => ({
    ...{ name, atMs },
    ...{ host: 'm2', uncertaintyMs: 5 },
  })
  const measured = {
    runId: '20260102-030405-aaaaaa',
    moments: [moment('injected', 0), moment('vip-up', 26_000), moment('first-acknowledged', 27_500)],
    operations: good.operations.map(each => ({ ...each, worstMs: 27_500 })),
    phases: [
      { node: 'm1', verb: 'stop', phase: 'total', durationMs: 1700 },
      { node: 'm2', verb: 'start', phase: 'total', durationMs: 3000 },
    ],
  } as const

  test('a sample is what came beside the timer', () => {
    expect(sampleOf(cluster, 'crash', measured)).toEqual({
      ...{ kind: 'crash', runId: measured.runId },
      ...{ beyondTimerMs: 26_000 - cluster.heartbeat.deadtimeMs, startMs: 3000, returnMs: 1500 },
    })
    expect(sampleOf(cluster, 'planned', measured)).toMatchObject({ beyondTimerMs: 26_000, startMs: 4700 })
  })

  test('without the moments there is none', () => {
    expect(sampleOf(cluster, 'crash', { ...measured, moments: measured.moments.slice(0, 2) })).toBeUndefined()
  })

  test('what is kept is what is read, and it predicts the same drill', () => {
    const sample = sampleOf(cluster, 'crash', measured)
    const record = { version: 1, samples: sample === undefined ? [] : [sample] } as const
    const json = /printf '%s\\n' '(\{.*\})'/.exec(keepScript(record))?.[1] ?? ''
    expect(drillRecord.parse({ stdout: `${json}\n`, exitCode: 0 })).toEqual({
      state: 'present',
      value: record,
    })
    expect(predictionFor(cluster, 'crash', record)).toMatchObject({
      ...{ from: 'last-drill', drills: { count: 1, medianMs: 27_500 } },
    })
  })

  test('before any drill it is a range from the timers', () => {
    const [low, high] = predictFailover(cluster).switchover
    expect(predictionFor(cluster, 'planned')).toEqual({
      ...{ lowMs: low * 1000, highMs: high * 1000, from: 'timers' },
    })
  })

  test('of two nodes, the one that knows the later drill is believed', () => {
    const of = (runId: string) => ({
      'drill-record': {
        state: 'present' as const,
        value: { version: 1, samples: [{ kind: 'crash', runId, beyondTimerMs: 1, startMs: 1, returnMs: 1 }] },
      },
    })
    const newest = newestRecord(cluster, { m1: of('2026-b'), m2: of('2026-a') })
    expect(newest?.samples[0]?.runId).toBe('2026-b')
    expect(newestRecord(cluster, {})).toBeUndefined()
  })

  test.each(['{}', '{"samples":[{"kind":"odd"}]}', '[]', 'null'])(
    'what is no record is unknown: %s',
    stdout => {
      expect(drillRecord.parse({ stdout, exitCode: 0 }).state).toBe('unknown')
    },
  )
})
