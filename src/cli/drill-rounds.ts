import type { Cluster } from '../core/cluster.ts'
import type { DrillResult } from '../core/drill.ts'
import { exitCodes, toNfshaError } from '../core/error.ts'
import { drillCases } from '../report/drill-junit.ts'
import { repeatsText } from '../report/drill-repeats.ts'
import { errorJson } from '../report/error-text.ts'
import { junit } from '../report/junit.ts'
import type { Cli, Screen } from './cli.ts'

/** The drills that came to a result, and what kept the next one from it. */
export interface Rounds {
  readonly drills: readonly DrillResult[]
  readonly thrown?: unknown
}

/** Runs `once` up to `count` times; one that throws is the last, and those before it count all the same. */
export async function runRounds(
  count: number,
  once: (round: number) => Promise<DrillResult>,
): Promise<Rounds> {
  const drills: DrillResult[] = []
  try {
    while (drills.length < count) drills.push(await once(drills.length + 1))
  } catch (thrown) {
    return { drills, thrown }
  }
  return { drills }
}

/**
 * Prints what the rounds came to; in text each was printed when it ended. Errors: what a round threw, unless it
 * is part of the JSON. The exit code is then that one's, whatever the rounds before it found.
 */
export function reportRounds(
  { drills, thrown }: Rounds,
  { name }: Pick<Cluster, 'name'>,
  cli: Cli,
  screen: Screen,
): void {
  if (drills.length === 0 && thrown !== undefined) throw thrown
  const hasFailed = drills.some(({ verdict }) => verdict === 'failed')
  cli.setExitCode(hasFailed ? exitCodes.failed : exitCodes.ok)
  if (screen.format === 'json') {
    if (thrown === undefined) {
      screen.printJson({ verdict: hasFailed ? 'failed' : 'passed', exitCode: cli.exitCode(), drills })
      return
    }
    const error = toNfshaError(thrown)
    cli.setExitCode(error.exitCode)
    screen.printJson({ ...errorJson(error), drills })
    return
  }
  if (screen.format === 'junit') screen.print(junit(`nfsha drill ${name}`, drills.flatMap(drillCases)))
  const summary = screen.format === 'text' ? repeatsText(drills, screen.paint) : undefined
  if (summary !== undefined) screen.print(`\n${summary}`)
  if (thrown !== undefined) throw thrown
}
