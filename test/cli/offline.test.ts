import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nfsha } from './harness.ts'

const inventory = resolve('inventories/m1-m2.yml')
const text = readFileSync(inventory, 'utf8')

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'nfsha-offline-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const run = (...words: readonly string[]) => nfsha(words, { cwd })
const modeOf = (path: string) => (statSync(join(cwd, path)).mode & 0o777).toString(8).padStart(4, '0')

describe('validate', () => {
  test('says that an inventory is valid', async () => {
    const { code, stdout, stderr } = await run('validate', inventory)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('cluster m1-m2 is valid')
  })

  test('reads standard input', async () => {
    const { code, stdout } = await nfsha(['validate', '-'], { stdin: text })
    expect(code).toBe(0)
    expect(stdout).toContain('<stdin>: cluster m1-m2 is valid')
  })

  test('tells every mistake at once, with place and fix, and exits with 3', async () => {
    const broken = text.replace('vips:', 'vip:').replace('/dev/sdb', 'sdb')
    const { code, stderr } = await nfsha(['validate', '-'], { stdin: broken })
    expect(code).toBe(3)
    expect(stderr.match(/^error: /gm)?.length).toBeGreaterThan(2)
    expect(stderr).toMatch(/^ {2}at <stdin>:\d+:\d+$/m)
    expect(stderr).toMatch(/fix: .*vips/)
  })

  test('exits with 3 on a lint error that is not accepted, and carries that in JSON', async () => {
    const risky = text.replace('heartbeat:\n', 'heartbeat:\n  deadtime: 1s\n')
    const asText = await nfsha(['validate', '-'], { stdin: risky })
    expect(asText.code).toBe(3)
    expect(asText.stdout).toMatch(/^error: .* \[[a-z-]+\]$/m)
    const asJson = await nfsha(['validate', '-', '--format', 'json'], { stdin: risky })
    expect(JSON.parse(asJson.stdout)).toMatchObject({ verdict: 'preflight', exitCode: 3 })
  })

  test('a file that is not there is an error with a fix', async () => {
    const { code, stderr } = await run('validate', 'nowhere.yml')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*nowhere\.yml.*\n {2}fix: .*nfsha init/)
  })
})

describe('render', () => {
  test('writes each node its tree, with modes, and no secret', async () => {
    const { code, stdout } = await run('render', inventory, '--out', 'tree')
    expect(code).toBe(0)
    expect(stdout).toMatch(/tree\/M1\.redhat\.sx\/etc\/ha\.d\/ha\.cf +0644 +root:root/)
    expect(modeOf('tree')).toBe('0700')
    expect(modeOf('tree/M1.redhat.sx/etc/ha.d/authkeys')).toBe('0600')
    expect(modeOf('tree/M2.redhat.sx/etc/ha.d/resource.d/nfsha')).toBe('0755')
    expect(readFileSync(join(cwd, 'tree/M1.redhat.sx/etc/ha.d/authkeys'), 'utf8')).toContain('placeholder')
    expect(readFileSync(join(cwd, 'tree/M1.redhat.sx/etc/hosts'), 'utf8')).toMatch(/^# BEGIN nfsha m1-m2/)
  })

  test("takes away what an earlier render left, and nobody else's files", async () => {
    await run('render', inventory, '--out', 'tree')
    writeFileSync(join(cwd, 'tree/M1.redhat.sx/etc/stale'), '')
    expect((await run('render', inventory, '--out', 'tree')).code).toBe(0)
    expect(existsSync(join(cwd, 'tree/M1.redhat.sx/etc/stale'))).toBe(false)
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'mine/file'), '')
    const { code, stderr } = await run('render', inventory, '--out', 'mine')
    expect(code).toBe(64)
    expect(stderr).toContain('is not empty')
    expect(existsSync(join(cwd, 'mine/file'))).toBe(true)
  })

  test('writes one node when asked, and knows its name', async () => {
    await run('render', inventory, '--out', 'tree', '--node', 'M1.redhat.sx')
    expect(existsSync(join(cwd, 'tree/M2.redhat.sx'))).toBe(false)
    const { code, stderr } = await run('render', inventory, '--out', 'tree', '--node', 'm1')
    expect(code).toBe(64)
    expect(stderr).toContain('did you mean M1.redhat.sx?')
  })

  test('reveals secrets only when asked: 0600 files in a 0700 directory, and never in its output', async () => {
    await run('init', '--out', 'x.yml')
    const secrets = readFileSync(join(cwd, 'x.secrets'), 'utf8')
    const authkey = /^authkey=(.*)$/m.exec(secrets)?.[1] ?? 'no authkey'
    const { stdout } = await run(
      'render',
      join(cwd, 'x.yml'),
      '--out',
      'tree',
      '--reveal-secrets',
      '--format',
      'json',
    )
    expect(stdout).not.toContain(authkey)
    expect(readFileSync(join(cwd, 'tree/nfs1/etc/ha.d/authkeys'), 'utf8')).toContain(authkey)
    const { files } = JSON.parse(stdout) as {
      files: readonly { node: string; path: string; hasSecrets: boolean }[]
    }
    const secret = files.filter(file => file.hasSecrets)
    expect(secret.length).toBeGreaterThan(2)
    expect(secret.map(({ node, path }) => modeOf(join('tree', node, path)))).toEqual(secret.map(() => '0600'))
  })
})

describe('init', () => {
  test('writes an inventory that validates, and secrets that only the owner reads and git ignores', async () => {
    const { code, stdout } = await run('init', '--out', 'x.yml', '--nodes', 'nfs1,nfs2')
    expect(code).toBe(0)
    expect(stdout).toContain('nfsha validate x.yml')
    expect(modeOf('x.secrets')).toBe('0600')
    expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toContain('x.secrets')
    expect((await run('validate', 'x.yml')).code).toBe(0)
  })

  test('never overwrites', async () => {
    await run('init', '--out', 'x.yml')
    const { code, stderr } = await run('init', '--out', 'x.yml')
    expect(code).toBe(5)
    expect(stderr).toContain('exists already')
  })
})

describe('explain', () => {
  test('tells what an id means', async () => {
    const { code, stdout } = await run('explain', 'flushes-off')
    expect(code).toBe(0)
    expect(stdout).toContain('flushes-off (lint rule)')
    expect(stdout).toContain('accept:')
  })

  test('lists all ids', async () => {
    expect((await run('explain')).stdout).toMatch(/^flushes-off +lint rule/m)
  })

  test('knows what was meant', async () => {
    const { code, stderr } = await run('explain', 'flush-off')
    expect(code).toBe(64)
    expect(stderr).toContain('did you mean flushes-off?')
  })
})

test('schema prints the schema that is shipped', async () => {
  const { stdout } = await run('schema')
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('schema/nfsha.schema.json', 'utf8')))
})
