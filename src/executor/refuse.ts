import { digestOf } from '../core/digest.ts'
import { NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import { diffOn } from '../planner/evaluate.ts'
import { type PlanContext, type StepInstance, targetsOf } from '../planner/instances.ts'
import { changesThatDiffer } from '../planner/plan.ts'
import type { Chunk } from './chunks.ts'
import type { OpenHosts } from './hosts.ts'

/** How many names a message lists. */
const named = 6

/** A plan with a refusal is not applied, nor one while a host that it is for cannot be reached. */
export function refuseUnapplicable(plan: Plan, targets: readonly { name: string }[], hosts: OpenHosts): void {
  for (const { ref, hosts: parts } of plan.steps)
    for (const { host, diff } of parts)
      if (diff.kind === 'refusal')
        throw new NfshaError('refused', `${ref} on ${host}: ${diff.reason}`, diff.hint)
  for (const { name } of targets)
    if (!hosts.sessions.has(name))
      throw (
        hosts.failures.get(name) ??
        new NfshaError('unreachable', `${name} is not connected`, `see that ${name} is up, and try again`)
      )
}

/** What is planned now must be what was shown: the same actions on the same hosts in the same order. */
export function refuseDrift(shown: Plan, now: Plan): void {
  for (const { ref, hosts } of now.steps)
    for (const { host, diff } of hosts)
      if (diff.kind === 'refusal')
        throw new NfshaError(
          'refused',
          `since the plan was made, ${ref} on ${host}: ${diff.reason}`,
          diff.hint,
        )
  if (shown.digest === now.digest) return
  const names = changesThatDiffer(shown, now)
  const more = names.length > named ? ` and ${names.length - named} more` : ''
  throw new NfshaError(
    'refused',
    `the nodes changed since the plan was made: ${names.slice(0, named).join(', ') || 'the order of the steps'}${more}`,
    'nothing was touched: make the plan again, and see what is different',
  )
}

/** Directly before data is overwritten: the targets must be what the plan saw. */
export function refuseMovedTarget(
  chunk: Chunk,
  instances: readonly StepInstance[],
  facts: Facts,
  context: PlanContext,
): void {
  for (const { step, acts } of chunk.steps) {
    const instance = instances.find(({ ref }) => ref === step.ref)
    for (const node of targetsOf(context)) {
      if (instance === undefined || !acts.includes(node.name)) continue
      const diff = diffOn(instance, node, facts, context)
      const planned = step.hosts.find(({ host }) => host === node.name)?.digest
      if (diff.kind === 'change' && digestOf([diff.risk, diff.actions]) === planned) continue
      const now = diff.kind === 'refusal' ? diff.reason : diff.kind === 'change' ? diff.summary : diff.kind
      throw new NfshaError(
        'refused',
        `${step.ref} on ${node.name} would destroy data, and what is there is no more what was planned for: ${now}`,
        'its data was not touched: make the plan again, and see what is different',
      )
    }
  }
}
