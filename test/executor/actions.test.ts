import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { PutAction } from '../../src/core/action.ts'
import { keepPrevious } from '../../src/core/previous.ts'
import { Secret } from '../../src/core/secret.ts'
import { actionLabel, actionScript } from '../../src/executor/actions.ts'
import { maskForPath, maskProgram } from '../../src/facts/mask.ts'

const top = mkdtempSync(join(tmpdir(), 'nfsha-put-'))
afterAll(() => rmSync(top, { recursive: true }))
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(top, 'case-'))
})

const me = userInfo().username
const run = (shell: string, script: string) =>
  spawnSync(shell, { input: script, encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } })

const put = (path: string, content: PutAction['content'], mode = '0640'): PutAction => ({
  kind: 'put',
  path,
  content,
  mode,
  owner: `${me}:`,
})

describe.each(['dash', 'bash'])('put by %s', shell => {
  test('any text comes out as it went in, in a file and under a name that may hold anything', () => {
    // Not NUL; lone surrogates are no text.
    const text = fc
      .string({ unit: 'binary', maxLength: 200 })
      .map(word => Buffer.from(word.replaceAll('\0', '')).toString())
    const nasty = fc.constantFrom(
      "'",
      "'\\''",
      '\\',
      '$(id)',
      '`',
      '\n',
      '"',
      '%s',
      'ā\u0081\u0088',
      '-n',
      '\\c',
      '!',
      "'\n'",
    )
    const content = fc.array(fc.oneof(text, nasty), { maxLength: 6 }).map(parts => parts.join(''))
    const name = fc.constantFrom('plain', 'with space', "it's", '-n', '$HOME', 'a\nb', 'žluť', '*')
    fc.assert(
      fc.property(content, name, (wanted, file) => {
        const path = join(folder, file)
        expect(run(shell, actionScript(put(path, [wanted])))).toMatchObject({
          status: 0,
          stdout: '',
          stderr: '',
        })
        expect(readFileSync(path, 'utf8')).toBe(wanted)
      }),
      { numRuns: 60 },
    )
  })

  test('a large file, every kind of quote, without a newline at its end', () => {
    const wanted = `${'it\'s "a" \\ $x\n'.repeat(20_000)}end`
    run(shell, actionScript(put(join(folder, 'large'), [wanted])))
    expect(readFileSync(join(folder, 'large'), 'utf8')).toBe(wanted)
  })

  test('it has its mode, its folders are made for everybody to read, and nothing is left beside it', () => {
    const path = join(folder, 'a/b/file')
    expect(run(shell, actionScript(put(path, ['x'], '0600'))).status).toBe(0)
    expect(statSync(path).mode & 0o7777).toBe(0o600)
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o755)
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['file'])
  })

  test('an old file is replaced as a whole, its mode too', () => {
    const path = join(folder, 'file')
    writeFileSync(path, 'a much longer text', { mode: 0o777 })
    run(shell, actionScript(put(path, ['new'])))
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o640])
  })

  test('a symbolic link stays, what it points to is replaced', () => {
    writeFileSync(join(folder, 'real'), 'old')
    symlinkSync('real', join(folder, 'link'))
    run(shell, actionScript(put(join(folder, 'link'), ['new'])))
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['link', 'real'])
  })

  test('a left-over of a run that was cut off is no obstacle, nor a trap', () => {
    symlinkSync('/etc/passwd', join(folder, '.nfsha-new.file'))
    expect(run(shell, actionScript(put(join(folder, 'file'), ['new']))).status).toBe(0)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  test('a folder in its place is a failure, and nothing is left', () => {
    mkdirSync(join(folder, 'file'))
    expect(run(shell, actionScript(put(join(folder, 'file'), ['new']))).status).toBe(1)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  test('an unknown owner is a failure, and nothing is left', () => {
    const action = { ...put(join(folder, 'file'), ['new']), owner: 'nobody-has-this-name:' }
    expect(run(shell, actionScript(action)).status).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  })

  test('secrets are in the file', () => {
    run(shell, actionScript(put(join(folder, 'file'), ['auth ', new Secret('key', "s'3cret"), '\n'])))
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe("auth s'3cret\n")
  })
})

describe.each(['dash', 'bash'])('a configuration file that changes, by %s', shell => {
  const change = (text: string, mask?: string) =>
    run(
      shell,
      `target='${folder}/a.conf'
${keepPrevious({ directory: `${folder}/kept`, roots: '*', mask })}
printf %s ${text} >"$target"`,
    )

  test('is kept as it was, five versions of it, and each is named', () => {
    writeFileSync(join(folder, 'a.conf'), 'v0', { mode: 0o600 })
    const kept = join(folder, 'kept', folder)
    for (const text of ['v1', 'v2', 'v3', 'v4', 'v5', 'v6']) {
      const done = change(text)
      expect([done.status, done.stderr]).toEqual([0, ''])
      expect(done.stdout).toBe(`what was there is kept as ${kept}/a.conf.${text.slice(1)}\n`)
    }
    expect(readdirSync(kept)).toEqual([2, 3, 4, 5, 6].map(each => `a.conf.${each}`))
    expect(readFileSync(join(kept, 'a.conf.6'), 'utf8')).toBe('v5')
    expect(statSync(join(kept, 'a.conf.6')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'kept')).mode & 0o777).toBe(0o700)
  })

  test('is kept without its secrets', () => {
    writeFileSync(join(folder, 'a.conf'), 'auth 1\n1 sha1 hidden\n', { mode: 0o600 })
    const mask = maskForPath('/etc/ha.d/authkeys')
    if (mask === undefined) throw new Error('authkeys has secrets')
    expect(change('v1', maskProgram(mask, 'blank')).status).toBe(0)
    const kept = readFileSync(join(folder, 'kept', folder, 'a.conf.1'), 'utf8')
    expect(kept).toContain('1 sha1')
    expect(kept).not.toContain('hidden')
  })
})

describe.each(['dash', 'bash'])('run by %s', shell => {
  test('each word arrives as it is', () => {
    const argv = ['printf', '[%s]', 'a b', "it's", '$HOME', '*', '', '-n', 'a\nb', '\\']
    const script = actionScript({ kind: 'run', argv, timeoutMs: 5000 })
    expect(run(shell, script).stdout).toBe("[a b][it's][$HOME][*][][-n][a\nb][\\]")
  })

  test('environment and standard input', () => {
    const argv = ['sh', '-c', 'printf "%s:" "$WORD"; cat']
    const env = { WORD: "it's" }
    const script = actionScript({
      kind: 'run',
      argv,
      env,
      stdin: ['a', new Secret('b', 'b$(id)')],
      timeoutMs: 5000,
    })
    expect(run(shell, script).stdout).toBe("it's:ab$(id)")
  })

  test('the exit code is the command’s', () => {
    const script = actionScript({ kind: 'run', argv: ['sh', '-c', 'exit 7'], stdin: ['x'], timeoutMs: 5000 })
    expect(run(shell, script).status).toBe(7)
  })

  test('what takes too long is ended with all that it started', () => {
    const script = actionScript({
      kind: 'script',
      title: 't',
      script: 'sleep 30 | sleep 30',
      timeoutMs: 1000,
    })
    expect(run(shell, script).status).toBe(124)
  })
})

test('a NUL byte is refused, saying where', () => {
  expect(() => actionScript(put('/etc/x', ['a\0b']))).toThrow(
    expect.objectContaining({
      code: 'failed',
      message: '/etc/x would hold a NUL byte, which a shell cannot carry',
    }),
  )
})

test.each([
  [put('/etc/ha.d/authkeys', [new Secret('key', 'hidden')]), 'write /etc/ha.d/authkeys'],
  [{ kind: 'run', argv: ['echo', 'a b'], timeoutMs: 1 } as const, "echo 'a b'"],
  [{ kind: 'script', title: 'make a file system', script: 'x', timeoutMs: 1 } as const, 'make a file system'],
])('in one line: %#', (action, label) => {
  expect(actionLabel(action)).toBe(label)
})
