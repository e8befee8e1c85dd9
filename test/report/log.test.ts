import { describe, expect, test } from 'vitest'
import type { LogLine } from '../../src/core/log-line.ts'
import { mergeLogs } from '../../src/report/log-merge.ts'
import { clockText, logText } from '../../src/report/log-text.ts'
import { plain } from '../../src/report/paint.ts'

type Own = Omit<LogLine, 'host'>
const line = (atMs: number, text: string, more: Partial<Own> = {}): Own => ({
  atMs,
  source: 'kernel',
  program: 'kernel',
  priority: 6,
  text,
  ...more,
})
const haLog = (atMs: number, text: string) => line(atMs, text, { source: 'ha-log', program: 'heartbeat' })
const journal = (atMs: number, text: string) => line(atMs, text, { source: 'journal', program: 'heartbeat' })
const log = (host: string, offsetMs: number, ...lines: readonly Own[]) => ({ host, offsetMs, lines })

describe('mergeLogs', () => {
  test('puts lines in the order in which they happened, whatever the clocks say', () => {
    const merged = mergeLogs([
      log('m1', 60_000, line(61_000, 'first'), line(63_000, 'third')),
      log('m2', -1000, line(1000, 'second')),
    ])
    expect(merged.map(({ host, text, atMs }) => `${atMs} ${host} ${text}`)).toEqual([
      '1000 m1 first',
      '2000 m2 second',
      '3000 m1 third',
    ])
  })

  test('tells once what heartbeat tells its log and the journal, dated by the journal', () => {
    const merged = mergeLogs([
      log(
        'm1',
        0,
        haLog(5000, 'node m2: is dead'),
        haLog(9000, 'node m2: is dead'),
        haLog(9000, 'only in the file'),
        journal(5123, '[670]: WARN: node m2: is dead'),
        journal(60_000, '[670]: WARN: node m2: is dead'),
      ),
    ])
    expect(merged.map(({ atMs, source, text }) => `${atMs} ${source} ${text}`)).toEqual([
      '5123 ha-log node m2: is dead',
      '9000 ha-log node m2: is dead',
      '9000 ha-log only in the file',
      '60000 journal [670]: WARN: node m2: is dead',
    ])
  })

  test.each([
    [{ sources: ['ha-log'] as const }, ['b']],
    [{ pattern: /^kernel: A/i }, ['a']],
    [{}, ['a', 'b']],
  ])('keeps what %j asks for', (filter, texts) => {
    const merged = mergeLogs([log('m1', 0, line(1, 'a'), haLog(2, 'b'))], filter)
    expect(merged.map(({ text }) => text)).toEqual(texts)
  })
})

test('logText has stamps, hosts in a column, and who said it', () => {
  const at = new Date(2026, 10, 20, 15, 30, 0, 7).getTime()
  const lines: LogLine[] = [
    { ...line(at, 'drbd data: up'), host: 'm1' },
    { ...haLog(at, 'started'), host: 'm22' },
  ]
  expect(logText(lines, ['m1', 'm22'], plain)).toBe(
    '2026-11-20 15:30:00.007 m1  kernel: drbd data: up\n2026-11-20 15:30:00.007 m22 heartbeat (ha-log): started',
  )
})

test('clockText says which way a clock is off', () => {
  expect(clockText('m1', -1500, 4)).toBe(
    'm1: its clock is 1.5 s behind this one (± 0.0 s); its lines are moved by that',
  )
})
