import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/core/event.ts'
import { plain } from '../../src/report/paint.ts'
import { plainProgress } from '../../src/report/progress.ts'
import { samplePlan } from './sample-plan.ts'

const events: readonly RunEvent[] = [
  { type: 'run-started', runId: 'r1', cluster: 'm1-m2', playbook: 'deploy', controller: 'ada@desk' },
  { type: 'host-connecting', host: 'm1' },
  { type: 'host-connected', host: 'm1', durationMs: 120 },
  { type: 'host-failed', host: 'm2', message: 'no route to host' },
  { type: 'facts-gathered', hosts: ['m1'], durationMs: 300 },
  { type: 'plan-made', plan: samplePlan },
  { type: 'lock-waiting', host: 'm1', holder: 'bob@lab' },
  { type: 'lock-taken', host: 'm1' },
  { type: 'lock-taken', host: 'm2', stale: 'bob@lab, run r0' },
  { type: 'done-by-another', changes: ['hosts on m1', 'hosts on m2'] },
  { type: 'step-started', ref: 'packages', title: 'Install', hosts: ['m1', 'm2'] },
  { type: 'action-started', ref: 'packages', host: 'm1', index: 0, text: 'apt-get install' },
  { type: 'action-output', ref: 'packages', host: 'm1', text: 'Get:1\nGet:2\n' },
  { type: 'action-told', ref: 'switchover', host: 'm1', text: 'stop nfsd 700 ms' },
  { type: 'action-finished', ref: 'packages', host: 'm1', index: 0, exitCode: 0, durationMs: 9, output: '' },
  { type: 'wait-progress', ref: 'serving', host: 'm1', text: '41 %', fraction: 0.41 },
  { type: 'wait-progress', ref: 'serving', host: 'm1', text: '41 %', fraction: 0.41 },
  { type: 'prediction-missed', ref: 'packages', host: 'm1', probe: 'unit:nfs', detail: 'enabled' },
  { type: 'interrupt-requested' },
  { type: 'step-finished', ref: 'packages', result: 'failed', durationMs: 2000, message: 'exit code 100' },
  { type: 'run-finished', result: 'failed', exitCode: 1, durationMs: 61_000, roundTrips: 5, message: 'no' },
]

function linesAt(verbosity: number): readonly string[] {
  let text = ''
  const progress = plainProgress({
    write: part => {
      text += part
    },
    now: () => new Date(2025, 0, 2, 3, 4, 5),
    verbosity,
    paint: plain,
  })
  for (const event of events) progress.sink(event)
  return text.trimEnd().split('\n')
}

describe('plainProgress', () => {
  test('tells the steps, and what went wrong, each line with its time', () => {
    expect(linesAt(0)).toEqual([
      '03:04:05 run r1: deploy on m1-m2 from ada@desk',
      '03:04:05 m2: no route to host',
      '03:04:05 m1: waiting for the lock held by bob@lab',
      '03:04:05 m2: locked; the lock left by bob@lab, run r0 was stale',
      '03:04:05 brought meanwhile by the run that had the lock: hosts on m1, hosts on m2',
      '03:04:05 packages: Install (m1, m2)',
      '03:04:05 switchover m1: stop nfsd 700 ms',
      '03:04:05 serving m1: 41 %',
      '03:04:05 packages m1: unit:nfs is not as predicted (enabled); what is left to do is the same',
      '03:04:05 stopping after the running step; interrupt again to leave at once',
      '03:04:05 packages: failed after 2.0 s: exit code 100',
      '03:04:05 run failed after 1:01 min, 5 round trips: no',
    ])
  })

  test.each([
    [1, 'facts of m1 read in 0.3 s'],
    [2, 'packages m1: $ apt-get install'],
    [3, 'packages m1: Get:2'],
  ])('verbosity %i adds its part, and the one before does not have it', (verbosity, part) => {
    expect(linesAt(verbosity).some(line => line.includes(part))).toBe(true)
    expect(linesAt(verbosity - 1).some(line => line.includes(part))).toBe(false)
  })
})
