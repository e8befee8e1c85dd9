import type { Action } from '../core/action.ts'
import { NfshaError } from '../core/error.ts'
import { actionLabel, timeoutSeconds } from './actions.ts'

/** One action of a step instance. */
export interface ActionPlace {
  readonly ref: string
  readonly index: number
  readonly action: Action
}

const again = 'mend the cause and run the same command again: it goes on where this stopped'

/** By these words at the end of its output an action says itself what went wrong, and what to do next. */
const verdict = /(?:^|\n)error: (.+)\nfix: (.+)\s*$/

/** `output`: what the action printed, without secrets; its verdict, or else its last line, goes into the message. */
export function actionFailed(
  { ref, action }: ActionPlace,
  host: string,
  exitCode: number,
  output: string,
): NfshaError {
  const [, what, fix] = verdict.exec(output) ?? []
  if (what !== undefined) return new NfshaError('failed', `${ref} on ${host}: ${what}`, fix ?? again)
  const last = output.trimEnd().split('\n').at(-1)?.trim() ?? ''
  // timeout(1): 124 after TERM; 137 when it took KILL.
  const how =
    exitCode === 124 || exitCode === 137
      ? `did not end within ${timeoutSeconds(action)} s`
      : `ended with exit code ${exitCode}`
  const message = `${ref} on ${host}: ${actionLabel(action)} ${how}${last === '' ? '' : `: ${last}`}`
  return new NfshaError('failed', message, again)
}

/** A guard did not hold: nothing of its action was begun. */
export function guardFailed({ ref, action }: ActionPlace, host: string, found: string): NfshaError {
  const last = found.trimEnd().split('\n').at(-1)?.trim() || 'nothing that it could tell'
  return new NfshaError(
    'refused',
    `${ref} on ${host}: "${actionLabel(action)}" was not begun: it needs ${action.guard?.expects ?? 'its guard'}, and found ${last}`,
    `${host} changed since it was looked at: plan again, and read what is different`,
  )
}

/** Neither TERM nor KILL ended it. */
export function stuck({ ref, action }: ActionPlace, host: string): NfshaError {
  return new NfshaError(
    'failed',
    `${ref} on ${host}: "${actionLabel(action)}" does not end, though it was killed: it hangs in the kernel`,
    `look at \`dmesg\` on ${host} (a disk that does not answer?); the lock stays held until it ends`,
  )
}

/** The runner ended before it said so: somebody killed it, or the node went down. */
export function cutShort(host: string, what: string): NfshaError {
  const last = what.trim().split('\n').at(-1) || 'without a word'
  return new NfshaError(
    'failed',
    `the steps on ${host} were cut short: ${last}`,
    `see ${host}'s log; ${again}`,
  )
}

/** The link ended, or we left, in the middle of something. */
export function whileRunning(error: NfshaError, running: string | undefined): NfshaError {
  if (running === undefined) return error
  return new NfshaError(
    error.code,
    `${error.message}, while it was running ${running}`,
    `that goes on there to the end of its step, and keeps the lock; running the same command again is safe: it waits for that (--lock-timeout)`,
    { cause: error },
  )
}
