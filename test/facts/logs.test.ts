import { describe, expect, it } from 'vitest'
import { heartbeatLines, journalLines } from '../../src/facts/logs.ts'
import { answer } from './answer.ts'

const hour = { sinceSeconds: 3600 }
const bootId = '0d4b4f5e6a7c4d8e9f00112233445566'
const boot = '0d4b4f5e-6a7c-4d8e-9f00-112233445566'
const nowMs = Date.parse('2026-11-20T15:00:00Z')

const entry = (more: object) =>
  JSON.stringify({
    __CURSOR: 's=1',
    __REALTIME_TIMESTAMP: String((nowMs - 500_000) * 1000),
    __MONOTONIC_TIMESTAMP: '90000000',
    _BOOT_ID: bootId,
    ...more,
  })
const journal = (...entries: readonly string[]) =>
  answer(journalLines(hour), [`now ${nowMs} 100.00 ${boot}`, ...entries, ''].join('\n'))

describe('journalLines', () => {
  it('dates what happened since boot by the clock that nobody sets', () => {
    const line = entry({ _TRANSPORT: 'kernel', MESSAGE: 'drbd data: conn', PRIORITY: '4' })
    expect(journal(line)).toEqual({
      state: 'present',
      value: {
        lines: [
          { atMs: nowMs - 10_000, source: 'kernel', program: 'kernel', priority: 4, text: 'drbd data: conn' },
        ],
        position: 's=1',
        cut: false,
      },
    })
  })

  it.each([
    [
      { _BOOT_ID: 'another', SYSLOG_IDENTIFIER: 'sshd', MESSAGE: 'x' },
      { atMs: nowMs - 500_000, program: 'sshd' },
    ],
    [
      { _COMM: 'cat', MESSAGE: [104, 105] },
      { program: 'cat', text: 'hi', source: 'journal', priority: 6 },
    ],
    [{ MESSAGE: null }, { program: '?', text: '' }],
  ])('reads %j', (more, line) => {
    expect(journal(entry(more))).toMatchObject({ value: { lines: [line] } })
  })

  it('passes over a line that was cut', () => {
    expect(journal(entry({ MESSAGE: 'x' }), '{"MESSAGE":"y')).toMatchObject({
      value: { lines: [{ text: 'x' }] },
    })
  })

  it('does not take silence for an empty journal', () => {
    expect(answer(journalLines(hour), '')).toMatchObject({ state: 'unknown' })
  })
})

const log = (...rows: readonly string[]) =>
  answer(heartbeatLines(hour), [`now ${nowMs} +0100 2026 512`, ...rows, ''].join('\n'))

describe('heartbeatLines', () => {
  it.each([
    [
      'Nov 20 15:59:58 m1 heartbeat: [670]: WARN: node m2: is dead',
      { atMs: nowMs - 2000, source: 'ha-log', program: 'heartbeat', priority: 4, text: 'node m2: is dead' },
    ],
    [
      'harc(default)[701]:\t2026/11/20_15:59:59 info: Running /etc/ha.d//rc.d/status status',
      {
        atMs: nowMs - 1000,
        source: 'ha-log',
        program: 'harc',
        priority: 6,
        text: 'Running /etc/ha.d//rc.d/status status',
      },
    ],
  ])('reads %j', (row, line) => {
    expect(log(row)).toEqual({ state: 'present', value: { lines: [line], position: '512', cut: false } })
  })

  it('leaves out what is older, of last year, or no line of heartbeat', () => {
    const old = 'Nov 20 14:00:00 m1 heartbeat: [670]: info: old'
    const lastYear = 'Dec 31 23:00:00 m1 heartbeat: [670]: info: older'
    expect(log(old, lastYear, 'garbage', '')).toMatchObject({ value: { lines: [] } })
  })

  it('goes on from a position', () => {
    expect(heartbeatLines({ position: '512' }).script).toContain('tail -c +$((512 + 1))')
  })
})
