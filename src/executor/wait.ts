import type { Wait } from '../core/diff.ts'
import { digestOf } from '../core/digest.ts'
import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts } from '../core/fact.ts'
import type { StepDiff } from './verify.ts'

/** Between two looks. A look is a round trip and all probes of the step. */
const lookEveryMs = 1000

export interface Waiting {
  readonly events: EventSink
  readonly stop: AbortSignal
  /** Reads the step's probes again: one round trip. */
  readonly read: () => Promise<Facts>
  /** The diffs that are not in sync on these facts. */
  readonly diff: (facts: Facts) => readonly StepDiff[]
}

/**
 * Looks until nothing is waited for any more and gives what is not in sync then (nothing, if all went
 * well). Throws `failed` when nothing moved for as long as the step's wait allows, `interrupted` on
 * `stop`.
 */
export async function waitUntilSettled(
  { events, stop, read, diff }: Waiting,
  first: readonly StepDiff[],
): Promise<readonly StepDiff[]> {
  let diffs = first
  let seen = ''
  let movedAt = performance.now()
  const told = new Map<string, string>()

  for (;;) {
    const waits = diffs.flatMap(({ ref, host, diff: found }) =>
      found.kind === 'wait' ? [{ ref, host, wait: found }] : [],
    )
    const [wait] = waits
    if (wait === undefined || waits.length < diffs.length) return diffs
    for (const each of waits.filter(isFirstToSay)) tellProgress(each, told, events)
    if (stop.aborted)
      throw new NfshaError(
        'interrupted',
        `stopped while waiting for ${wait.wait.summary}`,
        'run the same command again: it goes on waiting where that is needed',
      )
    const limitMs = Math.min(...waits.map(each => each.wait.noProgressMs))
    if (performance.now() - movedAt > limitMs) throw noProgress(wait, limitMs)
    await pause(lookEveryMs, stop)
    const facts = await read()
    const now = digestOf([facts, waits.map(each => [each.wait.progress, each.wait.fraction])])
    if (now !== seen) movedAt = performance.now()
    seen = now
    diffs = diff(facts)
  }
}

interface HostWait {
  readonly ref: string
  readonly host: string
  readonly wait: Wait
}

/** A step that waits for one thing on both hosts says so once. */
function isFirstToSay({ ref, wait }: HostWait, index: number, waits: readonly HostWait[]): boolean {
  return waits.findIndex(each => each.ref === ref && progressOf(each.wait) === progressOf(wait)) === index
}

function progressOf(wait: Wait): string {
  return wait.progress ?? wait.summary
}

function tellProgress({ ref, host, wait }: HostWait, told: Map<string, string>, events: EventSink): void {
  const text = progressOf(wait)
  if (told.get(`${ref} ${host}`) === text) return
  told.set(`${ref} ${host}`, text)
  events({
    type: 'wait-progress',
    ref,
    host,
    text,
    ...(wait.fraction !== undefined && { fraction: wait.fraction }),
  })
}

function noProgress({ ref, host, wait }: HostWait, limitMs: number): NfshaError {
  const where = wait.progress === undefined ? '' : ` (it stands at ${wait.progress})`
  return new NfshaError(
    'failed',
    `${ref} on ${host}: ${wait.summary}: nothing moved for ${Math.round(limitMs / 1000)} s${where}`,
    `see \`nfsha status\` and the log of ${host}; running the same command again goes on waiting`,
  )
}

/** Waits, or less when interrupted. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    if (stop.aborted) done()
    else stop.addEventListener('abort', done)
  })
}
