import { NfshaError } from '../core/error.ts'
import type { Io } from './io.ts'

/** The two wishes of somebody at the keyboard: stop after the running step; leave at once. */
export interface Interrupts {
  readonly stop: AbortSignal
  readonly leave: AbortSignal
  /** No longer listens. */
  release(): void
}

export function listenForInterrupts(io: Pick<Io, 'onInterrupt'>): Interrupts {
  const stop = new AbortController()
  const leave = new AbortController()
  const release = io.onInterrupt(() => (stop.signal.aborted ? leave : stop).abort())
  return { stop: stop.signal, leave: leave.signal, release }
}

/** Errors: `interrupted`, when somebody asked to stop while nothing was changed yet. */
export function assertNotInterrupted(stop: AbortSignal): void {
  if (stop.aborted) throw interrupted()
}

/** The work's result, unless somebody asks to stop: reading need not be finished first. */
export function unlessInterrupted<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    if (stop.aborted) reject(interrupted())
    stop.addEventListener('abort', () => reject(interrupted()), { once: true })
  })
  return Promise.race([work, stopped])
}

/** The work's result; undefined when somebody asks to stop before, for what goes on until then. */
export function untilInterrupted<T>(work: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (stop.aborted) return resolve(undefined)
    const onStop = () => resolve(undefined)
    stop.addEventListener('abort', onStop, { once: true })
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', onStop))
  })
}

export function interrupted(): NfshaError {
  return new NfshaError(
    'interrupted',
    'interrupted before anything was changed',
    'run it again when you like',
  )
}
