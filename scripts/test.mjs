// npm test: sets itself up, then types, lint, unit, integration, and the core of the end-to-end list on the lab.
// Exits 0 only when nothing failed and nothing was skipped. The lab that it starts it ends.
//   SUITE...     only these
//   --keep-lab   leave the lab up, to look at it or to run the suite again at once
import { join } from 'node:path'
import { withOwnLab } from './own-lab.mjs'
import { add, runCheck, runVitest, totals } from './report.mjs'
import { build, installDebianPackages, installNpmPackages, root, say, testPackages } from './setup.mjs'

const bin = name => join(root, 'node_modules', '.bin', name)

const suites = {
  types: () => runCheck(bin('tsc'), ['--noEmit']),
  lint: () => runCheck(bin('biome'), ['check', '.']),
  unit: () => runVitest('unit', ['--project', 'unit']),
  integration: () => runVitest('integration', ['--project', 'integration']),
  lab: () => runVitest('lab', ['--project', 'e2e-core']),
}

const args = process.argv.slice(2)
const isKept = args.includes('--keep-lab')
const named = args.filter(arg => arg !== '--keep-lab')
const asked = named.length > 0 ? named : Object.keys(suites)
const unknown = asked.filter(name => !(name in suites))
if (unknown.length > 0) {
  process.stderr.write(
    `error: no such suite: ${unknown.join(', ')}\n  fix: npm test -- [${Object.keys(suites).join(' | ')}] [--keep-lab]\n`,
  )
  process.exit(64)
}

installNpmPackages()
installDebianPackages(testPackages)
build()

let sum = { passed: 0, failed: 0, skipped: 0 }
const lines = []

/** True when somebody stopped it. */
async function runSuites(isStopped) {
  for (const name of asked) {
    say(`suite ${name}`)
    const started = performance.now()
    const result = suites[name]()
    sum = add(sum, result)
    lines.push(
      `${name.padEnd(12)} ${totals(result)} in ${Math.round((performance.now() - started) / 1000)} s`,
    )
    if (await isStopped()) return true
  }
  return false
}

const wasStopped = await (asked.includes('lab')
  ? withOwnLab(runSuites, { isKept })
  : runSuites(async () => false))
process.stdout.write(`\n${lines.join('\n')}\n${totals(sum)}\n`)
process.exit(wasStopped ? 130 : sum.failed === 0 && sum.skipped === 0 ? 0 : 1)
