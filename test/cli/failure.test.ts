import { describe, expect, test } from 'vitest'
import { screenFor, wantsColour } from '../../src/cli/cli.ts'
import { printFailure } from '../../src/cli/failure.ts'
import type { Io } from '../../src/cli/io.ts'
import { nfsha } from './harness.ts'

const ioWith = (env: Record<string, string>, isTTY: boolean) => {
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write: (text: string) => {
      written[name] += text
    },
  })
  const io = { env, stdout: output('stdout'), stderr: output('stderr') } as unknown as Io
  return { io, written }
}

describe('an unexpected error', () => {
  const fail = (...words: readonly string[]) => {
    const { io, written } = ioWith({}, false)
    const cause = new Error('socket closed')
    const code = printFailure(new TypeError('x is not a function', { cause }), words, io)
    return { code, ...written }
  }

  test('is 1, without a stack, and asks for a report', () => {
    const { code, stderr } = fail('plan', 'x.yml')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: unexpected: x is not a function\n {2}fix: .*report.*-vvv\n$/)
  })

  test.each([['-vvv'], ['-vv', '-v'], ['--verbose', '--verbose', '-v']])(
    'shows its stack with %j %j %j',
    (...words) => {
      const { stderr } = fail('plan', ...words)
      expect(stderr).toContain('TypeError: x is not a function\n    at ')
      expect(stderr).toContain('caused by Error: socket closed')
    },
  )

  test('is JSON when JSON was asked for', () => {
    const { stdout, stderr } = fail('plan', '--format=json')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'failed', exitCode: 1 })
  })
})

describe('colour', () => {
  test.each([
    ['on a terminal', {}, true, true, true],
    ['not without one', {}, false, true, false],
    ['not against NO_COLOR', { NO_COLOR: '1' }, true, true, false],
    ['but an empty NO_COLOR is none', { NO_COLOR: '' }, true, true, true],
    ['not on a dumb terminal', { TERM: 'dumb' }, true, true, false],
    ['not against --no-color', {}, true, false, false],
  ])('%s', (_case, env, isTTY, allowed, expected) => {
    const { io } = ioWith(env, isTTY)
    expect(wantsColour(allowed, io, io.stdout)).toBe(expected)
  })

  test('never gets into JSON or Markdown', () => {
    for (const format of ['json', 'markdown', 'junit']) {
      const { io } = ioWith({}, true)
      expect(screenFor({ format, color: true, verbose: 0 }, io).paint('bad', 'x')).toBe('x')
    }
  })

  test('reaches the screen of a terminal', async () => {
    const escapeCode = String.fromCharCode(27)
    const words = ['validate', 'inventories/m1-m2.yml']
    expect((await nfsha(words, { isTTY: true })).stdout).toContain(escapeCode)
    expect((await nfsha([...words, '--no-color'], { isTTY: true })).stdout).not.toContain(escapeCode)
    expect((await nfsha(words, { isTTY: true, env: { NO_COLOR: '1' } })).stdout).not.toContain(escapeCode)
  })
})
