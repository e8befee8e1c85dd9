import { recordsDirectory } from '../facts/records.ts'
import { targetsOf } from '../planner/instances.ts'
import type { ApplyInput, RunResult } from './apply-input.ts'
import { unlockProgram } from './lock.ts'
import { runOn } from './locking.ts'
import { runDirectory, runtimeDirectory } from './run.ts'
import { memoryProgram, systemLogProgram } from './summary.ts'

type Ending = Exclude<RunResult['result'], 'nothing-to-do'>

/**
 * What a run leaves on a node: its line in the summary and in the system log, no spool, no lock. One that
 * is not to be remembered leaves only the log's line, when it is done.
 */
export function farewell(
  { run, remembered = true }: Pick<ApplyInput, 'run' | 'remembered'>,
  result: Ending,
  changed: readonly string[],
  message?: string,
): string {
  const summary = {
    ...run,
    endedAt: new Date().toISOString(),
    result,
    changed,
    ...(message !== undefined && { message }),
  }
  // While the lock is held: nobody else may be at work below it. What is still remembered is another cluster's.
  if (result === 'done' && !remembered)
    return `${systemLogProgram(summary)}\n[ -e ${recordsDirectory} ] || rm -rf ${runtimeDirectory}\n${unlockProgram}`
  // Outputs are kept for whoever looks into a failure; the next run clears them.
  const clear = result === 'done' ? `rm -rf ${runDirectory(run.id)}\n` : ''
  return `${memoryProgram(summary)}\n${clear}${unlockProgram}`
}

/** Says farewell to all nodes that are still there, in one round trip. */
export async function finish(
  input: ApplyInput,
  result: Ending,
  changed: readonly string[],
  message?: string,
): Promise<void> {
  if (input.leave.aborted) return
  await runOn(
    input.hosts,
    targetsOf(input).map(({ name }) => name),
    farewell(input, result, changed, message),
  )
}
