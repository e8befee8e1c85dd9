import type { FailoverPrediction, SecondsRange } from '../core/failover.ts'

/** The line under a plan that says how long clients will wait. */
export function failoverLine(prediction: FailoverPrediction): string {
  const { switchover, crash, nicCut, deadClient } = prediction
  const more = deadClient === 0 ? '' : `; up to ${rounded(deadClient)} s more when a client is gone`
  const nic = nicCut === undefined ? '' : `, ${rangeText(nicCut)} when its cable to the clients is cut`
  return `Predicted stall for clients: ${rangeText(switchover)} in a switchover, ${rangeText(crash)} after a crash${nic}${more}${source(prediction)}`
}

/** What is predicted of a planned move alone. */
export function switchoverLine(prediction: FailoverPrediction): string {
  const { switchover, deadClient } = prediction
  const more = deadClient === 0 ? '' : `, up to ${rounded(deadClient)} s more when one of them is gone`
  return `Predicted stall for clients: ${rangeText(switchover)}${more}${source(prediction)}`
}

function source({ from }: FailoverPrediction): string {
  return from === 'timers' ? '' : ' (by the last drills)'
}

/** `3 to 7 s`, or `6.8 s` where it was measured. */
function rangeText([low, high]: SecondsRange): string {
  return low === high ? `${rounded(low)} s` : `${rounded(low)} to ${rounded(high)} s`
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10
}
