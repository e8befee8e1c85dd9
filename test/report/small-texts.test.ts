import { describe, expect, test } from 'vitest'
import type { LintFinding } from '../../src/inventory/lint.ts'
import { explanationList, explanationText } from '../../src/report/explain-text.ts'
import { factsText } from '../../src/report/facts-text.ts'
import { lintCounts, lintText } from '../../src/report/lint-text.ts'
import { paintFor, plain } from '../../src/report/paint.ts'
import { columns } from '../../src/report/table.ts'
import { fitText, wrapText } from '../../src/report/wrap.ts'

const warning: LintFinding = {
  id: 'auth-crc',
  severity: 'warning',
  message: 'heartbeats are not authenticated',
  reason: 'anybody can end them',
  fix: 'use sha1',
  path: [],
  at: { file: 'x.yml', line: 3, column: 5 },
}

describe('lint findings', () => {
  test('say what, where, why and the fix', () => {
    expect(lintText(warning, plain)).toBe(
      'warning: heartbeats are not authenticated [auth-crc]\n  at x.yml:3:5\n  why: anybody can end them\n  fix: use sha1',
    )
  })

  test('that are accepted say why', () => {
    expect(lintText({ ...warning, accepted: 'a closed cable' }, plain)).toBe(
      'accepted: heartbeats are not authenticated [auth-crc]: a closed cable',
    )
  })

  test.each([
    [[], 'no findings'],
    [[warning], '1 warning'],
    [[warning, warning, { ...warning, accepted: 'x' }], '2 warnings, 1 accepted'],
    [
      [
        { ...warning, severity: 'error' as const },
        { ...warning, severity: 'note' as const },
      ],
      '1 error, 1 note',
    ],
    [[{ ...warning, accepted: 'x' }], 'no findings, 1 accepted'],
  ])('are counted', (findings, text) => {
    expect(lintCounts(findings)).toBe(text)
  })
})

test('columns are as wide as their widest cell, whatever its colour', () => {
  const paint = paintFor(true)
  const rows = columns([
    ['a', paint('good', 'b'), 'c'],
    ['long', 'x', ''],
  ]).split('\n')
  expect(rows[0]).toBe(`a     ${paint('good', 'b')}  c`)
  expect(rows[1]).toBe('long  x')
})

test.each([
  ['one two three', 7, 'one two\nthree'],
  ['alongword b', 4, 'alongword\nb'],
  ['  spaces   and\nlines ', 80, 'spaces and lines'],
  ['', 10, ''],
])('wraps %j at %i', (text, width, wrapped) => {
  expect(wrapText(text, width)).toBe(wrapped)
})

test.each([
  ['short', 'one two', 10, 'one two'],
  ['a line at a word', 'one two three', 8, 'one two\n  three'],
  ['under its indent', '  fix: one two three', 12, '  fix: one\n    two\n    three'],
  ['under its last column', 'name  what it does and why it does', 34, 'name  what it does and why it does'],
  ['under its last column', 'name  what it does and why so', 27, 'name  what it does and why\n  so'],
  [
    'under its last column',
    'name  what it does, and why it is so',
    32,
    'name  what it does, and why it\n      is so',
  ],
  ['not inside a command', 'fix: run `nfsha plan x.yml` then', 20, 'fix: run\n  `nfsha plan x.yml`\n  then'],
  ['not inside a long word', 'alongword b', 4, 'alongword\n  b'],
  ['by what is seen of it', paintFor(true)('bad', 'one two'), 7, paintFor(true)('bad', 'one two')],
])('fits %s', (_, text, width, fitted) => {
  expect(fitText(text, { isTTY: true, columns: width })).toBe(fitted)
  expect(fitText(text, { columns: width })).toBe(text)
})

test('an explanation says how to accept it', () => {
  const explanation = {
    id: 'x',
    kind: 'lint',
    title: 'is so',
    text: 'because',
    accept: 'accept:\n  - x',
  } as const
  expect(explanationText(explanation, plain)).toBe(
    'x (lint rule): is so\n\nbecause\n\nTo accept it, say in the inventory:\n  accept:\n    - x',
  )
  expect(explanationList([explanation], plain)).toBe('x  lint rule  is so')
})

test('facts are one a line, sorted, cut when long', () => {
  const text = factsText(
    {
      m1: {
        b: { state: 'absent' },
        a: { state: 'unknown', reason: 'timeout' },
        c: { state: 'present', value: 'x'.repeat(500) },
      },
    },
    plain,
  )
  expect(text.split('\n').slice(0, 3)).toEqual(['m1', '  a: unknown: timeout', '  b: absent'])
  expect(text.split('\n')[3]).toMatch(/^ {2}c: "x+…$/)
})
