import { exitCodes } from '../core/error.ts'
import type { CheckResult } from '../preflight/check.ts'
import { checksText } from '../report/check-text.ts'
import { type JunitCase, junit } from '../report/junit.ts'
import type { Cli, Screen } from './cli.ts'

/** Prints checks in the format asked for, and sets the exit code. `suite`: what made them, for JUnit. */
export function reportChecks(
  checks: readonly CheckResult[],
  about: { readonly suite: string; readonly cluster: string; readonly showsAll: boolean },
  cli: Cli,
  screen: Screen,
): void {
  const verdict = verdictOf(checks)
  cli.setExitCode(
    { passed: exitCodes.ok, preflight: exitCodes.preflight, unreachable: exitCodes.unreachable }[verdict],
  )
  if (screen.format === 'json')
    screen.printJson({ verdict, exitCode: cli.exitCode(), cluster: about.cluster, checks })
  else if (screen.format === 'junit')
    screen.print(junit(`${about.suite} ${about.cluster}`, checks.map(caseOf)))
  else screen.print(checksText(checks, about.showsAll, screen.paint))
}

function verdictOf(checks: readonly CheckResult[]): 'passed' | 'preflight' | 'unreachable' {
  const failed = checks.filter(({ result }) => result === 'fail')
  if (failed.some(({ check }) => check === 'reachable')) return 'unreachable'
  return failed.length > 0 ? 'preflight' : 'passed'
}

function caseOf({ node, check, result, message, fix }: CheckResult): JunitCase {
  const text = fix === undefined ? message : `${message}; fix: ${fix}`
  const about = { className: node, name: check }
  if (result === 'fail') return { ...about, failure: text }
  return result === 'unknown' ? { ...about, skipped: text } : { ...about, output: text }
}
