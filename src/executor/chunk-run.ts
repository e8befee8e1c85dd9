import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { HostFacts } from '../core/fact.ts'
import { actionLabel } from './actions.ts'
import { type ActionPlace, actionFailed, cutShort, guardFailed, stuck, whileRunning } from './chunk-errors.ts'
import { decodeUtf8, type Frame } from './frames.ts'
import { batchReader } from './gather.ts'
import { underLock } from './lock.ts'
import { chunkProgram, type HostStep } from './runner.ts'
import type { Session } from './session.ts'

/** How an action's part on one host went. */
export interface ChunkOutcome {
  readonly host: string
  /** Present when all ran: the facts read right after. */
  readonly facts?: HostFacts
  readonly stopped: boolean
  readonly error?: NfshaError
}

export interface ChunkRun {
  readonly session: Session
  readonly directory: string
  readonly steps: readonly HostStep[]
  readonly probes: Parameters<typeof batchReader>[0]
  /** What else is done in the same round trip when all went well. */
  readonly afterwards: string
  /** An unguessable word that no script contains. */
  readonly marker: string
  readonly events: EventSink
  readonly hide: (text: string) => string
  readonly onStep: (ref: string, host: string) => void
}

/** How long a node may say nothing in the middle of a chunk: it says `alive` every 10 s. */
const silenceMs = 120_000

/** The last part of an action's output that is kept, in characters. */
const keptOutput = 64 * 1024

/** Runs a chunk's steps on one host in one round trip, reads the facts again, and tells it all as events. */
export async function runChunk(run: ChunkRun): Promise<ChunkOutcome> {
  const { session, steps } = run
  const host = session.host
  const batch = batchReader(run.probes)
  const teller = tellActions(run)
  const then = [batch.program, run.afterwards].join('\n')
  const program = steps.length === 0 ? then : chunkProgram(run.directory, steps, then, run.marker)
  try {
    await session.request(underLock(program), {
      silenceMs: Math.max(silenceMs, batch.silenceMs),
      onFrame: frame => {
        teller.onFrame(frame)
        batch.onFrame(frame)
      },
    })
  } catch (cause) {
    if (!(cause instanceof NfshaError)) throw cause
    return { host, stopped: cause.code === 'interrupted', error: whileRunning(cause, teller.running()) }
  }
  const { outcome, error } = teller.result()
  if (outcome === 'done') return { host, stopped: false, facts: batch.facts() }
  if (outcome === 'stopped') return { host, stopped: true }
  return { host, stopped: false, error: error ?? cutShort(host, outcome) }
}

/** Turns the runner's frames into events and remembers how it ended. */
function tellActions({ session, steps, events, hide, onStep }: ChunkRun) {
  const host = session.host
  let outcome = steps.length === 0 ? 'done' : 'died'
  let error: NfshaError | undefined
  let now: (ActionPlace & { startedAt: number; line: string; output: string }) | undefined

  const find = ([step, index]: readonly string[]): ActionPlace => {
    const found = steps[Number(step)]
    const action = found?.actions[Number(index)]
    if (found === undefined || action === undefined)
      throw new TypeError(`${host} speaks of a step that it was not given`)
    return { ref: found.ref, index: Number(index), action }
  }
  /** Tells what is complete: whole lines, so that no secret is told in two halves. */
  const tellLines = (bytes: string): void => {
    if (now === undefined || bytes === '') return
    const text = hide(decodeUtf8(bytes))
    now.output = (now.output + text).slice(-keptOutput)
    events({ type: 'action-output', ref: now.ref, host, text })
    if (now.action.kind === 'script' && now.action.tells === true)
      for (const line of text.trimEnd().split('\n'))
        events({ type: 'action-told', ref: now.ref, host, text: line })
  }
  const finish = (exitCode: number): string => {
    if (now === undefined) return ''
    tellLines(now.line)
    const { ref, index, output, startedAt } = now
    const durationMs = performance.now() - startedAt
    events({ type: 'action-finished', ref, host, index, exitCode, durationMs, output })
    now = undefined
    return output
  }

  const readers: Readonly<Record<string, (frame: Frame) => void>> = {
    begin: ({ fields }) => {
      const found = find(fields)
      onStep(found.ref, host)
      now = { ...found, startedAt: performance.now(), line: '', output: '' }
      events({
        type: 'action-started',
        ref: found.ref,
        host,
        index: found.index,
        text: actionLabel(found.action),
      })
    },
    output: ({ payload }) => {
      if (now === undefined) return
      const bytes = now.line + payload
      const end = bytes.lastIndexOf('\n') + 1
      now.line = bytes.slice(end)
      tellLines(bytes.slice(0, end))
    },
    end: ({ fields }) => void finish(Number(fields[2])),
    fail: ({ fields }) => {
      const exitCode = Number(fields[2])
      error = actionFailed(find(fields), host, exitCode, finish(exitCode))
    },
    guard: ({ fields, payload }) => {
      const found = find(fields)
      now = undefined
      error = guardFailed(found, host, hide(decodeUtf8(payload)))
    },
    stuck: ({ fields }) => {
      error = stuck(find(fields), host)
    },
    died: ({ payload }) => {
      error = cutShort(host, decodeUtf8(payload))
    },
    outcome: ({ fields }) => {
      outcome = fields[0] ?? outcome
    },
  }

  return {
    onFrame: (frame: Frame) => readers[frame.kind]?.(frame),
    running: () => (now === undefined ? undefined : `${now.ref}: ${actionLabel(now.action)}`),
    result: () => ({ outcome, error }),
  }
}
