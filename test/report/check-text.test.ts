import { expect, test } from 'vitest'
import type { CheckResult } from '../../src/preflight/check.ts'
import { checkLine, checksText } from '../../src/report/check-text.ts'
import { plain } from '../../src/report/paint.ts'

const checks: readonly CheckResult[] = [
  { node: 'm1', check: 'links', result: 'ok', message: 'em1 is up' },
  { node: 'm1', check: 'clock', result: 'warn', message: '2 s apart', fix: 'wait' },
  { node: 'm2', check: 'disk', result: 'fail', message: '/dev/vdb is missing', fix: 'attach it' },
]

test('shows what is not well, with its fix, and counts all', () => {
  expect(checksText(checks, false, plain)).toBe(
    [
      'm1  clock  warn  2 s apart',
      '  fix: wait',
      'm2  disk   fail  /dev/vdb is missing',
      '  fix: attach it',
      'Checks: 1 ok, 1 warn, 1 fail, 0 unknown',
    ].join('\n'),
  )
})

test('shows all when asked', () => {
  expect(checksText(checks, true, plain)).toContain('m1  links  ok    em1 is up')
})

test('shows only the counts when all is well', () => {
  expect(checksText(checks.slice(0, 1), false, plain)).toBe('Checks: 1 ok, 0 warn, 0 fail, 0 unknown')
})

test('a line of its own has node, check and fix', () => {
  expect(checks.slice(2).map(check => checkLine(check, plain))).toEqual([
    'fail m2 disk: /dev/vdb is missing\n  fix: attach it',
  ])
})
