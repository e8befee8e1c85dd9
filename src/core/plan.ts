import type { Diff } from './diff.ts'

/** A step instance's diff on one host. */
export interface PlannedHost {
  readonly host: string
  readonly diff: Diff
  /** SHA-256 over the change's risk and actions, secrets revealed; empty where nothing would run. Survives `plan --out`, so a stale plan can be named change by change. */
  readonly digest: string
}

/** One step instance in a plan: its diff on each host that it concerns, in playbook order. */
export interface PlannedStep {
  /** Step id, with the item's key in brackets when there is one: `drbd-create-md[data]`. */
  readonly ref: string
  readonly stepId: string
  readonly title: string
  readonly order: 'parallel' | 'one-by-one'
  readonly joint: boolean
  readonly hosts: readonly PlannedHost[]
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
  /** SHA-256 over the ordered (step, host, change digest); hex. */
  readonly digest: string
}
