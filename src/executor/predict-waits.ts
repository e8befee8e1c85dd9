import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import { diffOn, expectedOf, overlay } from '../planner/evaluate.ts'
import { type PlanContext, peerNameOf, type StepInstance, targetsOf } from '../planner/instances.ts'

/**
 * The steps (by reference) whose change is predicted to leave something to wait for. Nothing may be
 * begun in their round trip after them. Pure.
 */
export function stepsThatLeaveWaits(
  plan: Plan,
  instances: readonly StepInstance[],
  facts: Facts,
  context: PlanContext,
): ReadonlySet<string> {
  let laid = facts
  const found = new Set<string>()
  for (const step of plan.steps) {
    for (const { host, diff } of step.hosts)
      laid = overlay(laid, host, peerNameOf(context.cluster, host), expectedOf(diff))
    const instance = instances.find(({ ref }) => ref === step.ref)
    if (instance === undefined || step.hosts.every(({ diff }) => diff.kind !== 'change')) continue
    const leaves = targetsOf(context)
      .filter(({ name }) => step.hosts.some(({ host }) => host === name))
      .some(target => diffOn(instance, target, laid, context).kind === 'wait')
    if (leaves) found.add(step.ref)
  }
  return found
}
