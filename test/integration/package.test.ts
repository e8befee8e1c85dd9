import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const sources = ['src', 'scripts', 'templates', 'playbooks', 'inventories', 'schema', 'package.json']
const texts = ['tsconfig.json', 'README.md', 'CHANGELOG.md', 'LICENSE']

let home = ''
let installed = ''

/** Packs a copy of the tree, so that nobody's dist is disturbed, and unpacks it as npm would. */
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'nfsha-package-'))
  const copy = join(home, 'copy')
  mkdirSync(copy)
  for (const name of [...sources, ...texts]) cpSync(name, join(copy, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', home]
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: copy })
  execFileSync('npm', pack, { cwd: copy })
  const tarball = readdirSync(home).find(name => name.endsWith('.tgz')) ?? 'no tarball'
  installed = join(home, 'elsewhere', 'node_modules', 'nfsha')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(home, tarball), '-C', installed, '--strip-components=1'])
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const nfsha = (...words: readonly string[]) =>
  execFileSync(process.execPath, [join(installed, 'dist/cli/main.js'), ...words], {
    cwd: home,
    encoding: 'utf8',
    env: { HOME: home, PATH: process.env.PATH },
  })

describe('the packed package, installed elsewhere', () => {
  test('brings what it needs and no more', () => {
    // No node_modules: only a command that connects needs a package that is not brought along.
    expect(readdirSync(installed).sort()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist',
        'inventories',
        'package.json',
        'playbooks',
        'schema',
        'templates',
      ].sort(),
    )
    expect(statSync(join(installed, 'dist/cli/main.js')).mode & 0o111).toBe(0o111)
    expect(existsSync(join(installed, 'dist/cli/main.ts'))).toBe(false)
    expect(readFileSync(join(installed, 'dist/LICENSES.txt'), 'utf8')).toMatch(/^zod \d.* \(MIT\)$/m)
  })

  test('says its version', () => {
    expect(nfsha('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('makes an inventory, validates it and renders it with the shipped templates and playbook', () => {
    nfsha('init', '--out', 'x.yml')
    expect(nfsha('validate', 'x.yml')).toContain('is valid')
    expect(nfsha('render', 'x.yml', '--out', 'tree')).toContain('etc/ha.d/ha.cf')
    expect(existsSync(join(home, 'tree/nfs1/etc/ha.d/resource.d/nfsha'))).toBe(true)
  })

  test('keeps a plan in a file: a package brought along may ask for its own file’s name', () => {
    const facts = resolve('test/fixtures/facts/lab-blank.json')
    const lab = readFileSync('inventories/lab.yml', 'utf8').replace(
      /^secrets: .*$/m,
      'secrets: file:lab.secrets',
    )
    writeFileSync(join(home, 'lab.yml'), lab)
    const secrets = 'salt=pepper-pepper-pepper\nauthkey=k-k-k-k-k-k-k\ndrbd=d-d-d-d-d\n'
    writeFileSync(join(home, 'lab.secrets'), secrets, { mode: 0o600 })
    nfsha('plan', 'lab.yml', '--facts', facts, '--out', 'lab.plan')
    expect(JSON.parse(readFileSync(join(home, 'lab.plan'), 'utf8'))).toHaveProperty('plan')
  })

  test('keeps to its exit codes as a process, and prints no stack', () => {
    const run = () =>
      execFileSync(process.execPath, [join(installed, 'dist/cli/main.js'), 'plna'], {
        stdio: 'pipe',
        encoding: 'utf8',
      })
    expect(run).toThrow(
      expect.objectContaining({ status: 64, stderr: expect.stringMatching(/^error: .*\n {2}fix: .*\n$/) }),
    )
  })

  test('a reader that goes away does not make it fail', () => {
    const main = join(installed, 'dist/cli/main.js')
    const shell = `set -o pipefail; '${process.execPath}' '${main}' schema | head -c 10 >/dev/null`
    expect(() => execFileSync('bash', ['-c', shell], { stdio: 'pipe' })).not.toThrow()
  })
})
