import { setTimeout as sleep } from 'node:timers/promises'
import { exitCodes } from '../core/error.ts'
import type { JournalEntry } from '../report/journal.ts'
import { findRun, readJournal } from '../report/journal-read.ts'
import { replayOf } from '../report/journal-replay.ts'
import type { Cli, Screen } from './cli.ts'
import { listenForInterrupts } from './interrupt.ts'
import type { ReplayOptions } from './journal.ts'
import { printPlan } from './show-plan.ts'
import { watchRun } from './watch.ts'

/** `nfsha journal replay`: a run again, as it was seen. It reads the journal, and touches no host. */
export async function runReplay(
  directory: string,
  wanted: string,
  options: ReplayOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { io } = cli
  const runId = findRun(directory, wanted)
  const entries = readJournal(directory, runId)
  // Whoever reads a log wants it whole, at once.
  const factor = options.speed ?? (io.terminal === undefined ? Number.POSITIVE_INFINITY : 1)
  const replay = replayOf(entries, { factor, longestPauseMs: options.longestPause })
  if (screen.format === 'json') {
    screen.printJson({ runId, events: replay.map(({ entry, afterMs }) => ({ afterMs, ...entry })) })
    return
  }
  let time = new Date(0)
  const progress = await watchRun(screen, { ...io, now: () => time })
  const interrupts = listenForInterrupts(io)
  try {
    for (const { entry, afterMs } of replay) {
      if (afterMs > 0) await sleep(afterMs, undefined, { signal: interrupts.stop })
      time = new Date(entry.time)
      if (entry.type === 'plan-made') {
        await progress.settle()
        printPlan(entry.plan, screen, {})
      }
      progress.sink(entry)
    }
  } catch (cause) {
    if (!interrupts.stop.aborted) throw cause
    cli.setExitCode(exitCodes.interrupted)
  } finally {
    interrupts.release()
    await progress.settle()
  }
  if (!interrupts.stop.aborted) screen.print(endOf(entries))
}

/** The last line: how the run ended, or that its journal does. */
function endOf(entries: readonly JournalEntry[]): string {
  const last = entries.findLast(entry => entry.type === 'run-finished')
  if (last === undefined) return 'The journal ends here: the run was cut off, or still goes on.'
  return `It ended as ${last.result.replaceAll('-', ' ')}, exit code ${last.exitCode}. This was a replay: nothing was run.`
}
