import type { FailoverKind, FailoverPrediction, SecondsRange } from '../core/failover.ts'
import { plural } from './page/words.ts'

/** The line under a plan that says how long clients will wait. */
export function failoverLine(prediction: FailoverPrediction): string {
  const { switchover, crash, nicCut, deadClient } = prediction
  const more = deadClient === 0 ? '' : `; up to ${secondsText(deadClient)} more when a client is gone`
  const of = (kind: FailoverKind, range: SecondsRange, when: string) =>
    `${rangeText(range)} ${when}${source(kind, prediction)}`
  const parts = [
    of('planned', switchover, 'in a switchover'),
    of('crash', crash, 'after a crash'),
    ...(nicCut === undefined ? [] : [of('nic-cut', nicCut, 'when its cable to the clients is cut')]),
  ]
  return `Predicted stall for clients: ${parts.join(', ')}${more}`
}

/** What is predicted of a planned move alone. */
export function switchoverLine(prediction: FailoverPrediction): string {
  const { switchover, deadClient } = prediction
  const more = deadClient === 0 ? '' : `, up to ${secondsText(deadClient)} more when one of them is gone`
  return `Predicted stall for clients: ${rangeText(switchover)}${source('planned', prediction)}${more}`
}

/** What a range was made of, where drills are in it. */
function source(kind: FailoverKind, { from, measured }: FailoverPrediction): string {
  const drills = measured[kind]?.drills
  if (drills !== undefined) return ` (by ${plural(drills, 'drill')})`
  return from === 'timers' ? '' : ' (by drills of another kind)'
}

/** `3 to 7 s`, or `7 s` where both ends are the same in so many digits. */
export function rangeText([low, high]: SecondsRange): string {
  const [from, to] = [digits(low, Math.floor), digits(high, Math.ceil)]
  return from === to ? `${to} s` : `${from} to ${to} s`
}

function secondsText(seconds: number): string {
  return `${digits(seconds, Math.ceil)} s`
}

/** Tenths below ten, whole seconds from there on: no prediction is surer. */
function digits(seconds: number, towards: (value: number) => number): number {
  // What is a tenth in decimals is not quite one in binary.
  const near = (value: number) => towards(Number(value.toFixed(6)))
  return seconds < 10 ? near(seconds * 10) / 10 : near(seconds)
}
