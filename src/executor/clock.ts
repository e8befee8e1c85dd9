import { decodeUtf8 } from './frames.ts'
import type { Session } from './session.ts'

/** A host's clock beside ours. */
export interface ClockOffset {
  /** The host's clock minus ours, in milliseconds. */
  readonly offsetMs: number
  /** Half the round trip in which it was read: it may be so far off. */
  readonly uncertaintyMs: number
}

const tries = 4

/**
 * Measures a host's clock as NTP does (RFC 5905, 8): asked over the open shell a few times, of which
 * the quickest round trip counts. `now` is our clock. Errors: `unreachable`.
 */
export async function measureClock(
  session: Session,
  now: () => number,
  silenceMs: number,
): Promise<ClockOffset> {
  let best: ClockOffset | undefined
  for (let i = 0; i < tries; i++) {
    let theirs = Number.NaN
    const sent = now()
    await session.request('nfsha_text clock "$(date +%s%3N)"', {
      silenceMs,
      onFrame: ({ payload }) => {
        theirs = Number(decodeUtf8(payload))
      },
    })
    const received = now()
    const uncertaintyMs = (received - sent) / 2
    if (best === undefined || uncertaintyMs < best.uncertaintyMs)
      best = { offsetMs: theirs - (sent + received) / 2, uncertaintyMs }
  }
  return best ?? { offsetMs: 0, uncertaintyMs: Number.POSITIVE_INFINITY }
}
