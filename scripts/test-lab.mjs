// npm run test:lab: every end-to-end case on the lab, one result file a case, so that a run can be
// broken off and taken up again; then the dated table that is committed.
//   --again   forget the results of this revision     PATTERN...   only files whose name has it
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { add, runVitest, totals } from './report.mjs'
import {
  build,
  installDebianPackages,
  installNpmPackages,
  revision,
  root,
  say,
  testPackages,
} from './setup.mjs'

const table = join(root, 'docs', 'lab-results.md')
const kinds = ['core', 'more']

const args = process.argv.slice(2)
const again = args.includes('--again')
const patterns = args.filter(arg => !arg.startsWith('--'))

installNpmPackages()
installDebianPackages(testPackages)
build()

const at = revision()
const results = join(root, '.nfsha', 'test-lab', at)
if (again) rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const cases = kinds.flatMap(kind =>
  readdirSync(join(root, 'test', 'e2e', kind))
    .filter(name => name.endsWith('.test.ts') && patterns.every(pattern => name.includes(pattern)))
    .sort()
    .map(name => ({ kind, name: name.replace('.test.ts', '') })),
)

let sum = { passed: 0, failed: 0, skipped: 0 }
const rows = []
for (const { kind, name } of cases) {
  const file = join(results, `${name}.json`)
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  // Only what was wholly green is taken over; everything else runs again.
  const result = known?.failed === 0 && known.skipped === 0 ? known : runCase(kind, name, file)
  sum = add(sum, result)
  rows.push(
    `| ${name} | ${kind} | ${result.passed} | ${result.failed} | ${result.skipped} | ${result.seconds} | ${result.load} |`,
  )
}

mkdirSync(join(root, 'docs'), { recursive: true })
writeFileSync(
  table,
  [
    '# Results of the lab matrix',
    '',
    `Made by \`npm run test:lab\` on ${new Date().toISOString().slice(0, 10)}, revision ${at}, ` +
      `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB. Seconds include the restoring of snapshots; load is the host's when the case ended.`,
    '',
    '| case | list | passed | failed | skipped | seconds | load |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `Sum: ${totals(sum)}.`,
    '',
  ].join('\n'),
)
say(`table written to docs/lab-results.md`)
process.stdout.write(`${totals(sum)}\n`)
process.exit(sum.failed === 0 && sum.skipped === 0 ? 0 : 1)

function runCase(kind, name, file) {
  say(`case ${name}`)
  const started = performance.now()
  const counted = runVitest(`lab-${name}`, ['--project', `e2e-${kind}`, `${name}.test.ts`])
  const seconds = Math.round((performance.now() - started) / 1000)
  const result = { ...counted, seconds, load: loadavg()[0].toFixed(1) }
  writeFileSync(file, JSON.stringify(result))
  return result
}
