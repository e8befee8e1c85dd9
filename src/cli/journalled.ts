import type { Cluster } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { RunResult } from '../executor/apply.ts'
import { newRunId, type RunIdentity } from '../executor/run.ts'
import { type Journal, journalDirectory, openJournal } from '../report/journal.ts'
import { maskFor } from '../report/mask.ts'
import type { Progress } from '../report/progress.ts'
import type { Screen } from './cli.ts'
import { type Interrupts, listenForInterrupts } from './interrupt.ts'
import type { Io } from './io.ts'
import { watchRun } from './watch.ts'

/** What the body of a run is given. */
export interface RunDoors {
  readonly identity: RunIdentity
  readonly journal: Journal
  readonly progress: Progress
  /** To the journal and to the eye. */
  readonly events: EventSink
  readonly interrupts: Interrupts
}

/** How a body ended: the executor's result, and what it cost. */
export interface RunEnd {
  readonly result: RunResult
  readonly roundTrips: number
}

export interface EndedRun extends RunEnd {
  readonly runId: string
  readonly journalPath: string
  readonly durationMs: number
}

/**
 * Runs a body between `run-started` and `run-finished`, whatever happens in it: an error it throws
 * is written down too, then thrown on. A journal that could not be written is told, no more.
 */
export async function journalled(
  given: {
    readonly cluster: Cluster
    readonly playbook: string
    readonly io: Io
    readonly screen: Screen
    /** Where they are listened for already; who does releases them. */
    readonly interrupts?: Interrupts
  },
  body: (doors: RunDoors) => Promise<RunEnd>,
): Promise<EndedRun> {
  const { cluster, playbook, io, screen } = given
  const startedAt = io.now()
  const who = `${io.user}@${io.host}`
  const identity: RunIdentity = {
    id: newRunId(startedAt),
    who: io.user,
    controller: io.host,
    pid: io.pid,
    startedAt: startedAt.toISOString(),
    playbook,
  }
  const journal = openJournal(journalDirectory(io.env), identity.id, maskFor(cluster.secrets), io.now)
  const progress = await watchRun(screen, io)
  const interrupts = given.interrupts ?? listenForInterrupts(io)
  const events: EventSink = event => {
    journal.sink(event)
    progress.sink(event)
  }
  const finish = (result: RunResult, roundTrips: number) => {
    const durationMs = io.now().getTime() - startedAt.getTime()
    const message = result.message === undefined ? {} : { message: result.message }
    const { exitCode } = result
    events({ type: 'run-finished', result: result.result, exitCode, durationMs, roundTrips, ...message })
    return durationMs
  }

  events({ type: 'run-started', runId: identity.id, cluster: cluster.name, playbook, controller: who })
  try {
    const end = await body({ identity, journal, progress, events, interrupts })
    return {
      ...end,
      runId: identity.id,
      journalPath: journal.path,
      durationMs: finish(end.result, end.roundTrips),
    }
  } catch (error) {
    finish(resultOf(error), 0)
    throw error
  } finally {
    if (given.interrupts === undefined) interrupts.release()
    await progress.settle()
    const failure = journal.failure()
    if (failure !== undefined) screen.note(`warning: the journal is not whole: ${failure}`)
  }
}

function resultOf(error: unknown): RunResult {
  if (!(error instanceof NfshaError)) return { result: 'failed', exitCode: 1, message: String(error) }
  const result = error.code === 'refused' || error.code === 'interrupted' ? error.code : 'failed'
  return { result, exitCode: error.exitCode, message: error.message, hint: error.hint }
}
