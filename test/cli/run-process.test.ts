import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const top = join(import.meta.dirname, '..', '..')
const built = mkdtempSync(join(tmpdir(), 'nfsha-run-process-'))

beforeAll(() => {
  execFileSync(process.execPath, [join(top, 'scripts', 'build.mjs'), join(built, 'dist')], { stdio: 'pipe' })
  for (const name of ['node_modules', 'templates', 'playbooks', 'package.json'])
    execFileSync('ln', ['-s', join(top, name), join(built, name)])
})

afterAll(() => rmSync(built, { recursive: true, force: true }))

test('a reader that is slower than we are gets all of a long output', () => {
  const main = join(built, 'dist', 'cli', 'main.js')
  const facts = join(top, 'test', 'fixtures', 'facts', 'lab-blank.json')
  const inventory = join(built, 'lab.yml')
  const lab = readFileSync(join(top, 'inventories', 'lab.yml'), 'utf8')
  writeFileSync(inventory, lab.replace(/^secrets: .*$/m, 'secrets: file:lab.secrets'))
  writeFileSync(
    join(built, 'lab.secrets'),
    'salt=pepper-pepper-pepper\nauthkey=k-k-k-k-k-k-k-k-k-k\ndrbd=d-d-d-d-d-d-d\n',
    {
      mode: 0o600,
    },
  )
  const command = `node ${main} plan ${inventory} --facts ${facts} --format json`
  const file = join(built, 'direct')
  const run = (script: string) => execFileSync('sh', ['-c', script], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  run(`${command} > ${file}`)
  const whole = readFileSync(file, 'utf8')
  // More than a pipe holds (64 KiB, pipe(7)), or this would prove nothing.
  expect(whole.length).toBeGreaterThan(65_536)
  expect(run(`${command} | { sleep 1; cat; }`)).toBe(whole)
})
