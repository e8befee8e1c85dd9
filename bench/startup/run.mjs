// `node bench/startup/run.mjs [ROUNDS]`: how long the commands that touch no host take, beside
// `node -e 0`, interleaved so that a noisy machine is noisy for all; and the modules that each loads.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('../..', import.meta.url))
const rounds = Number(process.argv[2] ?? 9)
const scratch = mkdtempSync(join(tmpdir(), 'nfsha-bench-'))
const inventory = join(scratch, 'lab.yml')
const facts = join(top, 'test', 'fixtures', 'facts', 'lab-blank.json')
// With secrets of its own, so that no lab need have been up.
writeFileSync(
  inventory,
  readFileSync(join(top, 'inventories', 'lab.yml'), 'utf8').replace(
    /^secrets: .*$/m,
    'secrets: file:lab.secrets',
  ),
)
writeFileSync(
  join(scratch, 'lab.secrets'),
  'salt=a-salt-for-figures\nauthkey=not-a-secret\ndrbd=not-a-secret\n',
  {
    mode: 0o600,
  },
)
const nfsha = (...args) => [join(top, 'dist', 'cli', 'main.js'), ...args]

const commands = {
  'node -e 0': ['-e', '0'],
  'nfsha --version': nfsha('--version'),
  'nfsha --help': nfsha('--help'),
  'nfsha validate': nfsha('validate', inventory),
  'nfsha render': nfsha('render', inventory, '--out', join(scratch, 'tree')),
  'nfsha plan --facts': nfsha('plan', inventory, '--facts', facts),
}

const seconds = Object.fromEntries(Object.keys(commands).map(name => [name, []]))
try {
  for (let round = 0; round < rounds; round += 1)
    for (const [name, args] of Object.entries(commands)) {
      rmSync(join(scratch, 'tree'), { recursive: true, force: true })
      const started = performance.now()
      const { status } = spawnSync(process.execPath, args, { cwd: top, stdio: 'ignore' })
      if (status !== 0) throw new Error(`${name} ended with ${status}`)
      seconds[name].push((performance.now() - started) / 1000)
    }
  process.stdout.write(`| command | median s | of node -e 0 | modules |\n|---|---|---|---|\n`)
  const floor = median(seconds['node -e 0'])
  for (const [name, args] of Object.entries(commands)) {
    rmSync(join(scratch, 'tree'), { recursive: true, force: true })
    const taken = median(seconds[name])
    process.stdout.write(
      `| ${name} | ${taken.toFixed(3)} | ${(taken / floor).toFixed(2)} | ${modulesOf(args)} |\n`,
    )
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function modulesOf(args) {
  const counter = fileURLToPath(new URL('count-modules.mjs', import.meta.url))
  const { stderr } = spawnSync(process.execPath, ['--no-warnings', '--import', counter, ...args], {
    cwd: top,
    encoding: 'utf8',
  })
  return /^modules (\d+)$/m.exec(stderr)?.[1] ?? '?'
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
