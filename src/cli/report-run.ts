import type { Cluster } from '../core/cluster.ts'
import { exitCodes, NfshaError } from '../core/error.ts'
import type { RunResult } from '../executor/apply.ts'
import { durationText } from '../report/duration.ts'
import type { Cli, Screen } from './cli.ts'
import type { EndedRun } from './journalled.ts'

/** What a command says of its run besides how it ended. */
export interface RunReport {
  /** Past tense: `deployed`. */
  readonly done: string
  /** Members of the JSON result. */
  readonly json?: Readonly<Record<string, unknown>>
  /** Lines before the last one. */
  readonly lines?: readonly string[]
}

/** Prints how a run ended. Errors: what its result says, where it did not end well and the format is text. */
export function reportRun(
  ended: EndedRun,
  { name }: Pick<Cluster, 'name'>,
  { done, json = {}, lines = [] }: RunReport,
  cli: Cli,
  screen: Screen,
): void {
  const { result, runId, journalPath, durationMs, roundTrips } = ended
  cli.setExitCode(result.exitCode)
  if (screen.format === 'json') {
    const { result: verdict, exitCode, message, hint } = result
    screen.printJson({
      verdict,
      exitCode,
      cluster: name,
      runId,
      journal: journalPath,
      durationMs,
      roundTrips,
      ...json,
      ...(message === undefined ? {} : { error: { message, fix: hint ?? '' } }),
    })
    return
  }
  const error = errorOf(result)
  if (error !== undefined) throw error
  for (const line of lines) screen.print(line)
  const took = `${durationText(durationMs)}, ${roundTrips} round trips, run ${runId}`
  const what = result.result === 'done' ? done : 'nothing to do'
  screen.print(`${name}: ${screen.paint('good', what)} (${took})`)
}

/** What a run that did not end well says, as an error; its exit code is the executor's. */
function errorOf({ result, exitCode, message = result, hint = '' }: RunResult): NfshaError | undefined {
  if (result === 'done' || result === 'nothing-to-do') return undefined
  return new NfshaError(exitCode === exitCodes.unreachable ? 'unreachable' : result, message, hint)
}
