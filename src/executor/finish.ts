import { targetsOf } from '../planner/instances.ts'
import type { ApplyInput, RunResult } from './apply-input.ts'
import { unlockProgram } from './lock.ts'
import { runOn } from './locking.ts'
import { runDirectory } from './run.ts'
import { summaryProgram } from './summary.ts'

type Ending = Exclude<RunResult['result'], 'nothing-to-do'>

/** What a run leaves on a node: its line in the summary, no spool, no lock. */
export function farewell(
  { run }: Pick<ApplyInput, 'run'>,
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
  // Outputs are kept for whoever looks into a failure; the next run clears them.
  const clear = result === 'done' ? `rm -rf ${runDirectory(run.id)}\n` : ''
  return `${summaryProgram(summary)}\n${clear}${unlockProgram}`
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
