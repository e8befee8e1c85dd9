import type { Plan } from './plan.ts'

/** What happens during a run, in order; progress, journal and reports are views of these. No secrets: texts are masked before they get here. */
export type RunEvent =
  | {
      readonly type: 'run-started'
      readonly runId: string
      readonly cluster: string
      readonly playbook: string
      readonly controller: string
    }
  | { readonly type: 'host-connecting'; readonly host: string }
  | { readonly type: 'host-connected'; readonly host: string; readonly durationMs: number }
  | { readonly type: 'host-failed'; readonly host: string; readonly message: string }
  | { readonly type: 'facts-gathered'; readonly hosts: readonly string[]; readonly durationMs: number }
  | { readonly type: 'plan-made'; readonly plan: Plan }
  | { readonly type: 'lock-taken'; readonly host: string; readonly stale?: string }
  | { readonly type: 'lock-waiting'; readonly host: string; readonly holder: string }
  /** Another run, which had the lock, has brought these of the plan's changes meanwhile. */
  | { readonly type: 'done-by-another'; readonly changes: readonly string[] }
  | {
      readonly type: 'step-started'
      readonly ref: string
      readonly title: string
      readonly hosts: readonly string[]
    }
  | {
      readonly type: 'action-started'
      readonly ref: string
      readonly host: string
      readonly index: number
      readonly text: string
    }
  | { readonly type: 'action-output'; readonly ref: string; readonly host: string; readonly text: string }
  /** A line that is worth seeing as it comes, of an action that tells how it goes on. */
  | { readonly type: 'action-told'; readonly ref: string; readonly host: string; readonly text: string }
  | {
      readonly type: 'action-finished'
      readonly ref: string
      readonly host: string
      readonly index: number
      readonly exitCode: number
      readonly durationMs: number
      readonly output: string
    }
  | {
      readonly type: 'wait-progress'
      readonly ref: string
      readonly host: string
      readonly text: string
      readonly fraction?: number
    }
  | {
      readonly type: 'prediction-missed'
      readonly ref: string
      readonly host: string
      readonly probe: string
      readonly detail: string
    }
  | {
      readonly type: 'step-finished'
      readonly ref: string
      readonly result: 'done' | 'failed' | 'interrupted'
      readonly durationMs: number
      readonly message?: string
    }
  /** How a run that has no steps goes on, in words. */
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'interrupt-requested' }
  | {
      readonly type: 'run-finished'
      readonly result: 'done' | 'nothing-to-do' | 'failed' | 'refused' | 'interrupted'
      readonly exitCode: number
      readonly message?: string
      readonly durationMs: number
      readonly roundTrips: number
    }

/** Where events go. Called in order; must not throw. */
export type EventSink = (event: RunEvent) => void
