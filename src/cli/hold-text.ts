import { NfshaError } from '../core/error.ts'
import type { Io } from './io.ts'

/** A marker is read up to 1000 bytes; this leaves room for who and when. */
const longestReason = 500

/** The marker of a node that is held: who, when, why, in one line. Errors: `usage` for a reason of pages. */
export function holdText({ user, host, now }: Pick<Io, 'user' | 'host' | 'now'>, reason = ''): string {
  const why = reason.trim().replaceAll(/\s+/g, ' ')
  if (Buffer.byteLength(why) > longestReason)
    throw new NfshaError('usage', `the reason is longer than ${longestReason} bytes`, 'say it shorter')
  return `by ${user}@${host} since ${now().toISOString()}${why === '' ? '' : `: ${why}`}`
}
