import { expect, test } from 'vitest'
import type { DrillRequest } from '../../src/drill/drill.ts'
import { faultNamed } from '../../src/drill/faults/registry.ts'
import type { Epoch } from '../../src/drill/observer.ts'
import { type Evidence, resultOf } from '../../src/drill/result.ts'
import { drillCases } from '../../src/report/drill-junit.ts'
import { drillText } from '../../src/report/drill-text.ts'
import { plain } from '../../src/report/paint.ts'
import { loadExample } from '../fixtures/cluster.ts'

const { cluster } = await loadExample('lab')
const [active, passive] = cluster.nodes

/** Of a drill, what the report reads. */
const request = {
  ...{ cluster, runId: '20260102-030405-aaaaaa', startedAt: '2026-01-02T03:04:05.000Z' },
  ...{ fault: faultNamed('standby', { cluster }), variant: 'default', versions: ['4.2'], yardstick: false },
  ...{ client: { name: 'c1' }, accel: 'tcg', machine: { cpus: 2, load: () => 0 } },
  prediction: { lowMs: 3000, highMs: 7000, from: 'timers' },
} as unknown as DrillRequest

const reading = { atMs: 0, offsetMs: 0, uncertaintyMs: 5 }
const epoch = (host: string, lines: readonly string[]): Epoch => ({
  ...{ host, readings: [reading] },
  lines: ['clock 0.0 0', ...lines].map(text => ({ arrivedMs: 20_000, text })),
})

/** Told to stand by at 10 000; an append waits from 10 100 to 15 100. */
const evidence: Evidence = {
  ...{ injected: { atMs: 10_000, uncertaintyMs: 1 }, healedMs: 18_000, untilMs: 20_000 },
  ...{ readings: [reading], wallOffsets: [{ host: 'c1', offsetMs: 12, uncertaintyMs: 9 }] },
  ...{ active, passive, locks: [{ version: '4.2', isHeld: true, said: 'held' }], reasons: [] },
  logs: new Map([
    ['4.2.append', 'b 0 9000.0\ne 0 9010.0 ok\nb 1 10100.0\ne 1 15100.0 ok\n'],
    ['4.2.lock', 'b 0 9000.0\ne 0 9010.0 ok\n'],
    ['prober', 'up 1000.0\ndown 10200.0\nup 14000.0\n'],
  ]),
  verification: '4.2 append 2 0 0 0 - -\n4.2 lock 1 0 0 0 - -\nverified',
  kernelLog: '[  12.3] NFS: 192.168.0.219: lost 1 locks\n[  13.0] something else',
  epochs: [
    epoch('m1', [
      'state 0.0 PMNV',
      'kernel 11000000 nfsha: lab stop total 900 ms, exit code 0',
      'state 11000.0 ----',
    ]),
    epoch('m2', [
      'state 0.0 ----',
      'kernel 12000000 nfsha: lab start promote 200 ms',
      'state 12010.0 P---',
      'kernel 13900000 nfsha: lab start vip 60 ms',
      'state 13950.0 PMNV',
    ]),
  ],
  load: { before: 1, after: 2 },
}

test('a planned move, as a report', () => {
  const result = resultOf(request, evidence)
  expect(result).toMatchObject({ verdict: 'passed', reasons: [], fault: 'standby', bothActive: [] })
  expect(result.moments.map(({ name, atMs }) => [name, atMs])).toEqual([
    ['injected', 0],
    ['released', 1000],
    ['promoted', 2000],
    ['vip-up', 3900],
    ['mounted', 3950],
    ['nfs-up', 3950],
    ['vip-seen', 4000],
    ['first-acknowledged', 5100],
    ['healed', 8000],
  ])
  expect(result.operations.find(({ kind }) => kind === 'append')).toMatchObject({ count: 2, worstMs: 5000 })
  expect(result.writes).toEqual({ acknowledged: 3, lost: 0, corrupt: 0, duplicated: 0 })
  expect(result.locks).toEqual([{ nfsVersion: '4.2', result: 'kept' }])
  expect(result.clientErrors).toEqual(['NFS: 192.168.0.219: lost 1 locks'])
})

test.each<[string, Partial<Evidence>, string]>([
  [
    'a record is missing',
    { verification: '4.2 append 2 1 0 0 1 1\nverified' },
    '1 of 2 acknowledged writes are lost',
  ],
  [
    'nothing could be compared',
    { verification: 'mount: timed out' },
    'what was acknowledged could not be compared: mount: timed out',
  ],
  [
    'the lock is gone',
    { locks: [{ version: '4.2', isHeld: false, said: 'free' }] },
    'the lock over v4.2 was lost',
  ],
  [
    'nobody knows of the lock',
    { locks: [{ version: '4.2', isHeld: undefined, said: 'm2: no end within 30 s' }] },
    'the lock over v4.2 could not be looked at: m2: no end within 30 s',
  ],
  ['it was not felt', { reasons: ['clients were not served'] }, 'clients were not served'],
])('it fails when %s', (_case, change, reason) => {
  const result = resultOf(request, { ...evidence, ...change })
  expect(result.verdict).toBe('failed')
  expect(result.reasons.join()).toContain(reason)
})

test('where nobody could compare, what was acknowledged is counted, and what is lost not known', () => {
  const result = resultOf(request, { ...evidence, verification: 'nobody serves' })
  expect(result.writes).toEqual({ acknowledged: 3, lost: 'unknown', corrupt: 0, duplicated: 0 })
  expect(result.reasons).toEqual(['what was acknowledged could not be compared: nobody serves'])
  expect(drillText(result, plain)).toContain('Writes: 3 acknowledged, it is not known how many are lost')
  expect(drillCases(result)[0]?.output).toBe('3 writes acknowledged, lost: unknown')
})

test('a lock that was never taken is neither kept nor lost', () => {
  const logs = new Map([...evidence.logs, ['4.2.lock', 'b 0 9000.0\ne 0 9010.0 lock: No locks available\n']])
  expect(resultOf(request, { ...evidence, logs }).locks).toEqual([{ nfsVersion: '4.2', result: 'not-held' }])
})

test('the text has what matters', () => {
  const text = drillText(resultOf(request, evidence), plain)
  for (const words of [
    'drill standby on lab: passed',
    '5.10 s  first acknowledged  c1',
    'group stop on m1: total 0.90 s',
    'Writes: 3 acknowledged, none lost',
    'Locks: v4.2 kept',
    'Active: m2 3.95 s to',
    'Two active nodes: never',
    'Predicted 3 to 7 s (from the timers), measured 5.00 s',
  ])
    expect(text).toContain(words)
})

test.each([
  [{ fromMs: 4000, toMs: 200_000, hasEnded: true }, 'for 3:16 min, 4.00 s to 200.00 s\n'],
  [{ fromMs: 0, toMs: 9000, hasEnded: false }, 'for 9.0 s, 0.00 s to 9.00 s, and at the end still\n'],
])('the text says how long there was one copy of the data: %j', (oneCopy, words) => {
  const text = drillText({ ...resultOf(request, evidence), oneCopy }, plain)
  expect(text).toContain(`One copy of the data: ${words}`)
  expect(drillText(resultOf(request, evidence), plain)).not.toContain('One copy')
})

test('a failed drill is a failed case', () => {
  const [first, ...others] = drillCases(resultOf(request, { ...evidence, reasons: ['no service'] }))
  expect(first).toMatchObject({ className: 'drill.standby.default', failure: 'no service' })
  expect(others.map(({ name }) => name)).toContain('append v4.2')
})

test('two that have the group are not both active while the writes of one are frozen', () => {
  const lines = (host: string, all: readonly string[]) => ({
    ...epoch(host, [...all, 'tick 19900.0']),
    endedMs: 20_000,
  })
  const frozen = ['writes 12000.0 frozen', 'state 19000.0 ----', 'writes 19000.0 go']
  const partition = (m1: readonly string[]) => ({
    ...evidence,
    epochs: [lines('m1', ['state 0.0 PMNV', ...m1]), lines('m2', ['state 0.0 ----', 'state 15000.0 PMNV'])],
  })
  expect(resultOf(request, partition(['state 19000.0 ----'])).bothActive).toEqual([
    { fromMs: 5000, toMs: 9000 },
  ])
  const result = resultOf(request, partition(frozen))
  expect(result).toMatchObject({ verdict: 'passed', reasons: [], bothActive: [] })
  expect(result.frozen).toEqual([
    { node: 'm1', during: [{ fromMs: 2000, toMs: 9000 }] },
    { node: 'm2', during: [] },
  ])
  expect(drillText(result, plain)).toContain('Writes frozen: m1 2.00 s to 9.00 s')
})
