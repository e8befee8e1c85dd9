import type { Stream, StreamLine } from './stream.ts'
import type { NfsVersion } from './workload.ts'

/** The workload as it goes: who was last served when. Fed with the lines of the client's program. */
export interface Watch {
  onLine(line: StreamLine): void
  hasStarted(): boolean
  /** Of every version an append was acknowledged after this, and lately. On the controller's clock. */
  servesSince(atMs: number): boolean
  /** What the prober said last. */
  vipAnswers(): boolean
}

/** The program tells of new acknowledgements five times a second. */
const latelyMs = 1500

export function watchWorkload(versions: readonly NfsVersion[], now: () => number): Watch {
  const ackedMs = new Map<string, number>()
  let hasStarted = false
  let vipAnswers = false
  return {
    onLine: ({ text, arrivedMs }) => {
      const [what, ...words] = text.split(' ')
      if (what === 'started') hasStarted = true
      if (what === 'prober' && words[0] !== 'mac') vipAnswers = words[0] === 'up'
      if (what === 'acked' && words[0] !== undefined) ackedMs.set(words[0], arrivedMs)
    },
    hasStarted: () => hasStarted,
    servesSince: atMs =>
      versions.every(version => {
        const lastMs = ackedMs.get(version)
        return lastMs !== undefined && lastMs > atMs && now() - lastMs < latelyMs
      }),
    vipAnswers: () => vipAnswers,
  }
}

/**
 * Waits for a condition, looking again and again; false when it did not come in time. Throws when aborted.
 * Pauses at least as long as a look took, so that looking is no load of its own.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  signal: AbortSignal,
  everyMs = 200,
): Promise<boolean> {
  const deadline = performance.now() + limitMs
  for (;;) {
    signal.throwIfAborted()
    const lookedMs = performance.now()
    if (await condition()) return true
    if (performance.now() > deadline) return false
    await sleep(Math.max(everyMs, performance.now() - lookedMs), signal)
  }
}

/** Sleeps; throws at once when aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave)
      resolve()
    }, ms)
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
  })
}

/** Waits for a stream's end, but no longer than this. */
export async function endOf(stream: Stream, limitMs: number): Promise<void> {
  await Promise.race([stream.ended, new Promise(resolve => setTimeout(resolve, limitMs).unref())])
}
