import type { FailoverPrediction, SecondsRange } from './failover.ts'

/** What is assumed of the machines; hours, and counts a year. */
export interface AvailabilityAssumptions {
  /** Mean time between failures of one node. */
  readonly mtbfHours: number
  /** Mean time until a node that failed takes part again, redundant data and all. */
  readonly mttrHours: number
  readonly plannedPerYear: number
  /** Failures of the active node's cable or port to the clients. */
  readonly nicCutsPerYear: number
}

/** What clients wait for one reason in a year, seconds. */
export interface Downtime {
  readonly cause: 'planned' | 'crash' | 'nic-cut' | 'both-down'
  readonly timesPerYear: number
  readonly secondsPerYear: SecondsRange
}

export interface Availability {
  readonly downtimes: readonly Downtime[]
  readonly secondsPerYear: SecondsRange
  /** From the worse end of the ranges to the better one; 0 to 1. */
  readonly availability: SecondsRange
  /** The same machine without a second one: every failure waits for its repair, every planned work too. */
  readonly alone: { readonly secondsPerYear: number; readonly availability: number }
}

const hoursPerYear = 8766
const secondsPerHour = 3600
const secondsPerYear = hoursPerYear * secondsPerHour

/**
 * The yearly availability that these assumptions imply: failures are independent and repairs begin at
 * once. Only the active node's failure is felt; both are down when the second one fails while the
 * first is repaired (two units in parallel: unavailability squared). `plannedHours`: how long planned
 * work would stop a single server.
 */
export function availabilityOf(
  predicted: FailoverPrediction,
  assumed: AvailabilityAssumptions,
  plannedHours = 0.5,
): Availability {
  const { mtbfHours, mttrHours, plannedPerYear, nicCutsPerYear } = assumed
  const crashes = hoursPerYear / mtbfHours
  const unavailable = mttrHours / (mtbfHours + mttrHours)
  const bothDown = unavailable ** 2 * secondsPerYear
  const times = (count: number, [low, high]: SecondsRange): SecondsRange => [count * low, count * high]
  const downtimes: readonly Downtime[] = [
    {
      cause: 'planned',
      timesPerYear: plannedPerYear,
      secondsPerYear: times(plannedPerYear, predicted.switchover),
    },
    { cause: 'crash', timesPerYear: crashes, secondsPerYear: times(crashes, predicted.crash) },
    {
      cause: 'nic-cut',
      timesPerYear: nicCutsPerYear,
      // Where nobody notices, it lasts until it is repaired.
      secondsPerYear: times(
        nicCutsPerYear,
        predicted.nicCut ?? [mttrHours * secondsPerHour, mttrHours * secondsPerHour],
      ),
    },
    {
      cause: 'both-down',
      timesPerYear: bothDown / secondsPerHour / (mttrHours / 2),
      secondsPerYear: [bothDown, bothDown],
    },
  ]
  const sum = (end: 0 | 1) => downtimes.reduce((total, each) => total + each.secondsPerYear[end], 0)
  const alone =
    unavailable * secondsPerYear +
    (plannedPerYear * plannedHours + nicCutsPerYear * mttrHours) * secondsPerHour
  return {
    downtimes,
    secondsPerYear: [sum(0), sum(1)],
    availability: [1 - sum(1) / secondsPerYear, 1 - sum(0) / secondsPerYear],
    alone: { secondsPerYear: alone, availability: 1 - alone / secondsPerYear },
  }
}
