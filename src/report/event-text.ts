import type { RunEvent } from '../core/event.ts'
import type { PlanCounts } from '../core/plan.ts'
import { durationText } from './duration.ts'
import type { Paint } from './paint.ts'

/** What is told of a plan, whether it was just made or a journal kept it. */
export interface ToldPlan {
  readonly counts: PlanCounts
  readonly digest: string
  readonly steps: readonly {
    readonly ref: string
    readonly title: string
    readonly hosts: readonly { readonly diff: { readonly kind: string } }[]
  }[]
}

/** An event as it happens, or as the journal kept it. */
export type ToldEvent =
  | Exclude<RunEvent, { type: 'plan-made' }>
  | { readonly type: 'plan-made'; readonly plan: ToldPlan }

/** How much of a run is told: 0 steps, 1 facts, 2 commands, 3 their output. */
export type Verbosity = number

/**
 * One event as a line of a log, or undefined where the verbosity leaves it out. Done things are told
 * in words that no line of a plan uses.
 */
export function eventText(event: ToldEvent, verbosity: Verbosity, paint: Paint): string | undefined {
  const from = (least: Verbosity, text: string) => (verbosity >= least ? text : undefined)
  switch (event.type) {
    case 'run-started':
      return `run ${event.runId}: ${event.playbook} on ${event.cluster} from ${event.controller}`
    case 'host-connecting':
      return from(1, `${event.host}: connecting`)
    case 'host-connected':
      return from(1, `${event.host}: connected in ${durationText(event.durationMs)}`)
    case 'host-failed':
      return paint('bad', `${event.host}: ${event.message}`)
    case 'facts-gathered':
      return from(1, `facts of ${event.hosts.join(', ')} read in ${durationText(event.durationMs)}`)
    case 'plan-made':
      return from(
        1,
        `plan made: ${event.plan.counts.change} changes, digest ${event.plan.digest.slice(0, 12)}`,
      )
    case 'lock-taken':
      return event.stale === undefined
        ? from(1, `${event.host}: locked`)
        : `${event.host}: locked; the lock left by ${event.stale} was stale`
    case 'lock-waiting':
      return paint('warn', `${event.host}: waiting for the lock held by ${event.holder}`)
    case 'done-by-another':
      return `brought meanwhile by the run that had the lock: ${event.changes.join(', ')}`
    case 'step-started':
      return `${event.ref}: ${event.title} (${event.hosts.join(', ')})`
    case 'action-started':
      return from(2, `${event.ref} ${event.host}: $ ${event.text}`)
    case 'action-output':
      return from(3, indented(`${event.ref} ${event.host}: `, event.text))
    case 'action-told':
      return verbosity >= 3 ? undefined : `${event.ref} ${event.host}: ${event.text}`
    case 'action-finished':
      return from(
        2,
        `${event.ref} ${event.host}: exit code ${event.exitCode} after ${durationText(event.durationMs)}`,
      )
    case 'wait-progress':
      return `${event.ref} ${event.host}: ${event.text}`
    case 'prediction-missed':
      return paint(
        'warn',
        `${event.ref} ${event.host}: ${event.probe} is not as predicted (${event.detail}); what is left to do is the same`,
      )
    case 'step-finished':
      return stepFinished(event, paint)
    case 'said':
      return event.text
    case 'interrupt-requested':
      return paint('warn', 'stopping after the running step; interrupt again to leave at once')
    case 'run-finished':
      return runFinished(event, paint)
  }
}

function stepFinished(event: Extract<ToldEvent, { type: 'step-finished' }>, paint: Paint): string {
  const style = event.result === 'done' ? 'good' : 'bad'
  const message = event.message === undefined ? '' : `: ${event.message}`
  return `${event.ref}: ${paint(style, event.result)} after ${durationText(event.durationMs)}${message}`
}

function runFinished(event: Extract<ToldEvent, { type: 'run-finished' }>, paint: Paint): string {
  const isGood = event.result === 'done' || event.result === 'nothing-to-do'
  const message = event.message === undefined ? '' : `: ${event.message}`
  const result = paint(isGood ? 'good' : 'bad', event.result.replaceAll('-', ' '))
  return `run ${result} after ${durationText(event.durationMs)}, ${event.roundTrips} round trips${message}`
}

function indented(prefix: string, text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map(line => `${prefix}${line}`)
    .join('\n')
}
