import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nfsha } from './harness.ts'

// Values that JSON writes otherwise, and one that a shell would.
const secrets = {
  salt: 'a-salt-for-tests-0123456789abcdef',
  authkey: 'an"auth\\key',
  drbd: "a drbd's secret",
}

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'nfsha-bundle-'))
  const text = readFileSync('inventories/m1-m2.yml', 'utf8')
    // Port 1 of loopback: nobody listens there.
    .replaceAll(/ssh: root@192\.168\.0\.21\d/g, 'ssh: root@127.0.0.1:1')
  writeFileSync(join(cwd, 'x.yml'), `${text}\n# once there was ${secrets.drbd} here\n`)
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(cwd, 'm1-m2.secrets'), lines.join(''), { mode: 0o600 })
  const journal = join(cwd, 'state/nfsha/journal')
  mkdirSync(journal, { recursive: true })
  const event = (cluster: string) =>
    JSON.stringify({
      time: '',
      type: 'run-started',
      cluster,
      playbook: 'deploy',
      controller: secrets.authkey,
    })
  writeFileSync(join(journal, 'ours.jsonl'), `${event('m1-m2')}\n`)
  writeFileSync(join(journal, 'theirs.jsonl'), `${event('another')}\n`)
})
afterEach(() => rmSync(cwd, { recursive: true }))

const run = (...words: readonly string[]) =>
  nfsha(words, { cwd, env: { HOME: cwd, XDG_STATE_HOME: join(cwd, 'state') } })

describe('a bundle', () => {
  test('is made when no node answers, and says so', async () => {
    const { code, stdout, stderr } = await run('bundle', 'x.yml', '--out', 'b.tar.gz')
    expect(code).toBe(4)
    expect(stderr).toContain('M1.redhat.sx did not answer')
    expect(stdout).toContain('b.tar.gz')
    expect(statSync(join(cwd, 'b.tar.gz')).mode & 0o777).toBe(0o600)
    const list = execFileSync('tar', ['tzf', join(cwd, 'b.tar.gz')], { encoding: 'utf8' })
    for (const path of [
      'inventory.yml',
      'status.json',
      'facts.json',
      'M1.redhat.sx/drbd.txt',
      'journal/ours.jsonl',
    ])
      expect(list).toContain(`/${path}\n`)
    expect(list).not.toContain('theirs')
  })

  test('has the value of no secret, not even where somebody wrote it by mistake', async () => {
    await run('bundle', 'x.yml', '--out', 'b.tar.gz')
    const text = execFileSync('tar', ['xzOf', join(cwd, 'b.tar.gz')], { encoding: 'utf8' })
    expect(text).toContain('# once there was <secret')
    for (const value of Object.values(secrets)) {
      expect(text).not.toContain(value)
      expect(text).not.toContain(JSON.stringify(value).slice(1, -1))
    }
  })

  test('tells what it is made of in JSON', async () => {
    const { stdout } = await run('bundle', 'x.yml', '--out', 'b.tar.gz', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      exitCode: 4,
      bundle: join(cwd, 'b.tar.gz'),
      files: expect.arrayContaining(['README.txt', 'logs.txt']),
    })
  })

  test.each([
    [['--out', 'nowhere/b.tar.gz'], 1, 'cannot write'],
    [['--since', 'yesterday'], 64, 'give a span'],
  ])('%j ends with %i', async (words, exitCode, message) => {
    const { code, stderr } = await run('bundle', 'x.yml', ...words)
    expect(code).toBe(exitCode)
    expect(stderr).toContain(message)
  })
})
