// npm run test:lab: every end-to-end file on the lab, one result kept for each, so that a run can be
// broken off and taken up again; then the dated table that is committed.
//   --older      take over what was green on an older revision too; the table says which
//   --again      take over nothing
//   --keep-lab   leave the lab up that this started
//   PATTERN...   run only files whose name has one of these; the table still shows all
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { lastResult, resultsTable } from './lab-results.mjs'
import { withOwnLab } from './own-lab.mjs'
import { runVitest, totals } from './report.mjs'
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
const args = process.argv.slice(2)
const patterns = args.filter(arg => !arg.startsWith('--'))

installNpmPackages()
installDebianPackages(testPackages)
build()

const at = revision()
const files = ['core', 'more'].flatMap(kind =>
  readdirSync(join(root, 'test', 'e2e', kind))
    .filter(name => name.endsWith('.test.ts'))
    .sort()
    .map(name => ({ kind, name: name.replace('.test.ts', '') })),
)
const asked = files.filter(({ name }) => patterns.length === 0 || patterns.some(each => name.includes(each)))
if (asked.length === 0) {
  process.stderr.write(`error: no file is called ${patterns.join(' or ')}\n  fix: see test/e2e\n`)
  process.exit(64)
}

const wasStopped = await withOwnLab(
  async isStopped => {
    for (const file of asked) {
      if (!isTakenOver(lastResult(file))) runFile(file)
      if (await isStopped()) return true
    }
    return false
  },
  { isKept: args.includes('--keep-lab') },
)

const { text, sum } = resultsTable(files)
mkdirSync(dirname(table), { recursive: true })
writeFileSync(table, text)
say('table written to docs/lab-results.md')
process.stdout.write(`${totals(sum)}\n`)
const isGreen = asked.every(file => isAllGreen(lastResult(file)))
process.exit(wasStopped ? 130 : isGreen ? 0 : 1)

/** Only what was wholly green, and of known sources, is taken over; everything else runs again. */
function isTakenOver(result) {
  if (args.includes('--again') || result === undefined || !isAllGreen(result)) return false
  if (result.revision.endsWith('+changes')) return false
  return result.revision === at || args.includes('--older')
}

function isAllGreen(result) {
  return result !== undefined && result.failed === 0 && result.skipped === 0
}

function runFile(file) {
  const { kind, name } = file
  say(`running ${name}`)
  const started = performance.now()
  const counted = runVitest(`lab-${name}`, ['--project', `e2e-${kind}`, `e2e/${kind}/${name}.test.ts`])
  lastResult(file, {
    ...counted,
    revision: at,
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    seconds: Math.round((performance.now() - started) / 1000),
    load: loadavg()[0].toFixed(1),
  })
}
