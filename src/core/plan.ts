import type { Diff } from './diff.ts'

/** One step instance in a plan: its diff on each host that it concerns, in playbook order. */
export interface PlannedStep {
  /** Step id, with the item's key in brackets when there is one: `drbd-create-md[data]`. */
  readonly ref: string
  readonly stepId: string
  readonly title: string
  readonly order: 'parallel' | 'one-by-one'
  readonly joint: boolean
  readonly hosts: readonly { readonly host: string; readonly diff: Diff }[]
}

export interface PlanCounts {
  readonly change: number
  readonly wait: number
  readonly refusal: number
  readonly inSync: number
  readonly destructive: number
  readonly disruptive: number
}

/** What would be done, whole: the planner's output and what `plan --out` saves (without secrets). */
export interface Plan {
  readonly cluster: string
  readonly playbook: string
  readonly steps: readonly PlannedStep[]
  readonly counts: PlanCounts
  /** SHA-256 over the ordered (step, host, risk, actions), secrets revealed; hex. */
  readonly digest: string
}
