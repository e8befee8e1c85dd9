import type { Availability, AvailabilityAssumptions, Downtime } from '../core/availability.ts'
import type { FailoverPrediction, SecondsRange } from '../core/failover.ts'
import { failoverLine } from './failover.ts'
import type { Paint } from './paint.ts'
import { columns } from './table.ts'

const causes: Readonly<Record<Downtime['cause'], string>> = {
  planned: 'planned switchovers',
  crash: 'crashes of the active node',
  'nic-cut': 'its cable to the clients cut',
  'both-down': 'both nodes down at once',
}

/** The yearly availability for a terminal: what each cause costs, the sum, and one server without a second. */
export function availabilityText(
  found: Availability,
  assumed: AvailabilityAssumptions,
  predicted: FailoverPrediction,
  paint: Paint,
): string {
  const { downtimes, secondsPerYear, availability, alone } = found
  return [
    columns([
      ['cause', 'times a year', 'clients wait, a year'].map(head => paint('faint', head)),
      ...downtimes.map(each => [
        causes[each.cause],
        each.timesPerYear < 0.01 ? each.timesPerYear.toExponential(1) : each.timesPerYear.toFixed(2),
        rangeOf(each.secondsPerYear, duration),
      ]),
      [paint('title', 'together'), '', paint('title', rangeOf(secondsPerYear, duration))],
    ]),
    '',
    `Availability: ${paint('title', rangeOf(availability, percent))}; one server alone: ${percent(alone.availability)} (${duration(alone.secondsPerYear)} a year)`,
    `Assumed: a node fails every ${assumed.mtbfHours} h and is back after ${assumed.mttrHours} h, independently of the other.`,
    failoverLine(predicted),
  ].join('\n')
}

function rangeOf([low, high]: SecondsRange, text: (value: number) => string): string {
  return text(low) === text(high) ? text(low) : `${text(low)} to ${text(high)}`
}

/** As many nines as there are, and the first digit that is none: what it is made of has no more. Never rounded up. */
function percent(share: number): string {
  const decimals = Math.min(7, Math.max(1, Math.ceil(-Math.log10(Math.max(1 - share, 1e-9)) - 2)))
  const step = 10 ** decimals
  return `${(Math.floor(share * 100 * step) / step).toFixed(decimals)} %`
}

/** Two digits. */
function duration(seconds: number): string {
  const two = (value: number) => Number(value.toPrecision(2))
  if (seconds < 90) return `${two(seconds)} s`
  return seconds < 5400 ? `${two(seconds / 60)} min` : `${two(seconds / 3600)} h`
}
