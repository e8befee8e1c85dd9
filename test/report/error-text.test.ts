import { describe, expect, test } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { errorJson, errorText } from '../../src/report/error-text.ts'
import { plain } from '../../src/report/paint.ts'

const at = { file: 'inventories/x.yml', line: 12, column: 7 }

describe('errorText', () => {
  test('says what, and what to do', () => {
    const error = new NfshaError('refused', 'm2 is locked', 'wait, or nfsha unlock 7')
    expect(errorText(error, plain)).toBe('error: m2 is locked\n  fix: wait, or nfsha unlock 7')
  })

  test('says where, when a file is to blame', () => {
    const error = new NfshaError('usage', 'no such link', 'name one of links', { at })
    expect(errorText(error, plain)).toBe(
      'error: no such link\n  at inventories/x.yml:12:7\n  fix: name one of links',
    )
  })

  test('lists every problem, and the count last', () => {
    const problems = [
      { message: 'unknown key vip', hint: 'did you mean vips?', at },
      { message: 'no nodes', hint: 'add nodes' },
    ]
    expect(errorText(new NfshaError('preflight', '2 problems', 'correct them', { problems }), plain)).toBe(
      [
        'error: unknown key vip',
        '  at inventories/x.yml:12:7',
        '  fix: did you mean vips?',
        'error: no nodes',
        '  fix: add nodes',
        'error: 2 problems',
        '  fix: correct them',
      ].join('\n'),
    )
  })

  test('indents what follows the first line', () => {
    const error = new NfshaError('failed', 'apt failed:\nE: no space', 'make room\nthen run again')
    expect(errorText(error, plain)).toBe(
      'error: apt failed:\n  E: no space\n  fix: make room\n       then run again',
    )
  })
})

test('JSON carries the same verdict and exit code', () => {
  const error = new NfshaError('unreachable', 'm2 does not answer', 'start it', { at })
  expect(errorJson(error)).toEqual({
    verdict: 'unreachable',
    exitCode: 4,
    error: { message: 'm2 does not answer', fix: 'start it', at },
  })
})
