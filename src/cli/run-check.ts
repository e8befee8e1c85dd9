import { resolve } from 'node:path'
import { exitCodes } from '../core/error.ts'
import type { CheckResult } from '../preflight/check.ts'
import { evaluate, preflightProbes } from '../preflight/preflight.ts'
import { checksText } from '../report/check-text.ts'
import { type JunitCase, junit } from '../report/junit.ts'
import type { CheckOptions } from './check.ts'
import type { Cli, Screen } from './cli.ts'
import { readFactsFile } from './facts-file.ts'
import { readHosts } from './read-hosts.ts'
import { loadTarget } from './target.ts'

/** `nfsha check`: the preflight, read from the nodes or from a file of facts. */
export async function runCheck(
  source: string,
  options: CheckOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const facts =
    options.facts === undefined
      ? (await readHosts(cluster.nodes, preflightProbes(cluster), cli, screen)).facts
      : await readFactsFile(resolve(cli.io.cwd, options.facts), cluster.name)
  const checks = evaluate(cluster, facts)
  const verdict = verdictOf(checks)
  cli.setExitCode(
    { passed: exitCodes.ok, preflight: exitCodes.preflight, unreachable: exitCodes.unreachable }[verdict],
  )
  if (screen.format === 'json')
    screen.printJson({ verdict, exitCode: cli.exitCode(), cluster: cluster.name, checks })
  else if (screen.format === 'junit') screen.print(junit(`nfsha check ${cluster.name}`, checks.map(caseOf)))
  else screen.print(checksText(checks, options.all, screen.paint))
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
