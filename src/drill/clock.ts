import type { Session } from '../executor/session.ts'

/*
 * Hosts' clocks against the controller's. Monotonic ones only: a guest's wall clock jumps, and a
 * fault may step it. A host's clock may also stand still, while its machine is stopped.
 */

/** One measurement: `offsetMs` is the controller's clock minus the host's, known to `uncertaintyMs`. */
export interface ClockReading {
  /** On the controller's clock. */
  readonly atMs: number
  readonly offsetMs: number
  readonly uncertaintyMs: number
}

/** /proc/uptime shows hundredths of a second, cut off. */
const uptimeResolutionMs = 10

/** Two readings that differ by more than this were of a clock that stood still in between: chrony slews slower. */
const standstillMs = 250

/**
 * Reads a host's clock over its open session, several times, and keeps the quickest answer: no process
 * is started for it there. Undefined when it does not answer.
 */
export async function readClock(
  session: Session,
  now: () => number,
  rounds = 8,
): Promise<ClockReading | undefined> {
  let best: ClockReading | undefined
  for (let round = 0; round < rounds; round += 1) {
    let uptime = Number.NaN
    const before = now()
    await session.request('read -r nfsha_up _ </proc/uptime\nnfsha_frame up "$nfsha_up"', {
      silenceMs: 10_000,
      onFrame: ({ kind, fields }) => {
        if (kind === 'up') uptime = Number(fields[0])
      },
    })
    const reading = readingOf(before, now(), uptime * 1000)
    if (best === undefined || reading.uncertaintyMs < best.uncertaintyMs) best = reading
  }
  return best
}

/** A host's wall clock minus the controller's; for people, since nothing here is reckoned by it. */
export interface WallOffset {
  readonly host: string
  readonly offsetMs: number
  readonly uncertaintyMs: number
}

/** Reads a host's wall clock once. It starts a process there, so it is no surer than that is quick. */
export async function readWallClock(session: Session, wallNow: () => number): Promise<WallOffset> {
  let seconds = Number.NaN
  const before = wallNow()
  await session.request('nfsha_frame wall "$(date +%s.%N)"', {
    silenceMs: 10_000,
    onFrame: ({ kind, fields }) => {
      if (kind === 'wall') seconds = Number(fields[0])
    },
  })
  const after = wallNow()
  return {
    host: session.host,
    offsetMs: Math.round(seconds * 1000 - (before + after) / 2),
    uncertaintyMs: Math.ceil((after - before) / 2),
  }
}

/** The host said `uptimeMs` somewhere between `before` and `after`. */
export function readingOf(before: number, after: number, uptimeMs: number): ClockReading {
  const atMs = (before + after) / 2
  return {
    atMs,
    offsetMs: atMs - (uptimeMs + uptimeResolutionMs / 2),
    uncertaintyMs: (after - before + uptimeResolutionMs) / 2,
  }
}

/**
 * A time of the host's clock on the controller's. Between two readings the offset goes from one to
 * the other; where the clock stood still in between, a line that arrived after the standstill, by
 * the later offset, is of after it. `readings` are of one boot, in order, and at least one.
 */
export function onController(
  readings: readonly ClockReading[],
  hostMs: number,
  arrivedMs: number,
): number | undefined {
  const hostAt = ({ atMs, offsetMs }: ClockReading) => atMs - offsetMs
  const next = readings.find(reading => hostAt(reading) >= hostMs)
  const before = readings.findLast(reading => hostAt(reading) < hostMs)
  if (next === undefined || before === undefined) {
    const only = next ?? before
    return only === undefined ? undefined : hostMs + only.offsetMs
  }
  if (Math.abs(next.offsetMs - before.offsetMs) > standstillMs) {
    const isAfter = arrivedMs >= hostMs + next.offsetMs - standstillMs
    return hostMs + (isAfter ? next.offsetMs : before.offsetMs)
  }
  const share = (hostMs - hostAt(before)) / (hostAt(next) - hostAt(before))
  return hostMs + before.offsetMs + share * (next.offsetMs - before.offsetMs)
}
