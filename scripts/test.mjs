// npm test: sets itself up, then types, lint, unit, integration, and the core of the end-to-end list on the lab.
// Exits 0 only when nothing failed and nothing was skipped.
import { join } from 'node:path'
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

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !(name in suites))
if (unknown.length > 0) {
  process.stderr.write(
    `error: no such suite: ${unknown.join(', ')}\n  fix: npm test -- [${Object.keys(suites).join(' | ')}]\n`,
  )
  process.exit(64)
}

installNpmPackages()
installDebianPackages(testPackages)
build()

let sum = { passed: 0, failed: 0, skipped: 0 }
const lines = []
for (const name of asked.length > 0 ? asked : Object.keys(suites)) {
  say(`suite ${name}`)
  const started = performance.now()
  const result = suites[name]()
  sum = add(sum, result)
  lines.push(`${name.padEnd(12)} ${totals(result)} in ${Math.round((performance.now() - started) / 1000)} s`)
}
process.stdout.write(`\n${lines.join('\n')}\n${totals(sum)}\n`)
process.exit(sum.failed === 0 && sum.skipped === 0 ? 0 : 1)
