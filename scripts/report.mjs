// Runs vitest and adds up what its own report says.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './setup.mjs'

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')

/**
 * One vitest run: {passed, failed, skipped, tests} of its JSON report. A run that leaves no report, or one
 * that fails without a failed test (a file that does not load), counts as one failure: silence is not green.
 */
export function runVitest(name, args) {
  const file = join(root, '.nfsha', 'reports', `${name}.json`)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  const done = spawnSync(
    process.execPath,
    [vitest, 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, tests: [] }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const failed = report.numFailedTests
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && (done.status !== 0 || !report.success) ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    tests: report.testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status, duration }) => ({
        title: [...ancestorTitles, title].join(': '),
        status,
        seconds: Math.round((duration ?? 0) / 1000),
      })),
    ),
  }
}

/** A tool that says yes or no by its exit code: one check. */
export function runCheck(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  return done.status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

export function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** The line that machines read. */
export function totals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
