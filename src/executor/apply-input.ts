import type { ExitCode } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import type { PlanContext, StepInstance } from '../planner/instances.ts'
import type { OpenHosts } from './hosts.ts'
import type { RunIdentity } from './run.ts'

/** What to apply, where, and under whose name. */
export interface ApplyInput extends PlanContext {
  /** As given to `makePlan`. */
  readonly playbook: string
  /** The instances that the plan was made of. */
  readonly instances: readonly StepInstance[]
  /** What was shown and agreed to; also one loaded from a file. */
  readonly plan: Plan
  readonly hosts: OpenHosts
  readonly events: EventSink
  readonly run: RunIdentity
  /** Whether the nodes keep a summary once it is done; true unless said. */
  readonly remembered?: boolean
  /** How long to wait for another run; 0: not at all. */
  readonly lockTimeoutMs: number
  /** First interrupt: the running step is finished, then it stops. */
  readonly stop: AbortSignal
  /** Second interrupt: leaves at once; what runs on the nodes goes on to the end of its step. */
  readonly leave: AbortSignal
}

export interface RunResult {
  readonly result: 'done' | 'nothing-to-do' | 'failed' | 'refused' | 'interrupted'
  readonly exitCode: ExitCode
  /** What went wrong, and what to do next. */
  readonly message?: string
  readonly hint?: string
  /** The facts as last read. */
  readonly facts?: Facts
}
