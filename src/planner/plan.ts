import type { Diff } from '../core/diff.ts'
import { digestOf } from '../core/digest.ts'
import { NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan, PlanCounts, PlannedHost, PlannedStep } from '../core/plan.ts'
import { diffOn, expectedOf, overlay } from './evaluate.ts'
import { hostsOf, type PlanContext, peerNameOf, type StepInstance } from './instances.ts'

export interface PlanInput extends PlanContext {
  readonly playbook: string
  readonly instances: readonly StepInstance[]
  readonly facts: Facts
}

/**
 * The whole plan: each instance in playbook order is diffed over its hosts; what it expects is laid
 * over the facts for those after it. A change whose own expectation does not satisfy its own diff is
 * a fault of the step (`failed`), and nothing may be touched. Refusals do not end planning: all of
 * them are listed, and the executor applies no plan that has one.
 */
export function makePlan(input: PlanInput): Plan {
  let facts = input.facts
  let refused = false
  const steps: PlannedStep[] = []
  for (const instance of input.instances) {
    const planned = planInstance(instance, facts, input)
    facts = planned.facts
    refused ||= planned.hosts.some(({ diff }) => diff.kind === 'refusal')
    // After a refusal the facts are no longer those that the later steps may count on.
    if (!refused) assertConverges(instance, facts, input)
    const { id, title, order, joint } = instance.step
    steps.push({ ref: instance.ref, stepId: id, title, order, joint, hosts: planned.hosts })
  }
  return {
    cluster: input.cluster.name,
    playbook: input.playbook,
    steps,
    counts: countDiffs(steps),
    digest: digestOf(changesOf(steps)),
  }
}

/** One instance on all its hosts: together on the same facts, or each on what the one before it left. */
function planInstance(
  instance: StepInstance,
  facts: Facts,
  context: PlanContext,
): { hosts: readonly PlannedHost[]; facts: Facts } {
  let laid = facts
  const hosts = hostsOf(instance, context).map(host => {
    const seen = instance.step.order === 'one-by-one' ? laid : facts
    const diff = diffOn(instance, host, seen, context)
    laid = overlay(laid, host.name, peerNameOf(context.cluster, host.name), expectedOf(diff))
    const digest = diff.kind === 'change' ? digestOf([diff.risk, diff.actions]) : ''
    return { host: host.name, diff, digest }
  })
  return { hosts, facts: laid }
}

function assertConverges(instance: StepInstance, predicted: Facts, context: PlanContext): void {
  for (const host of hostsOf(instance, context)) {
    const diff = diffOn(instance, host, predicted, context)
    if (diff.kind === 'in-sync' || diff.kind === 'wait') continue
    const found = diff.kind === 'change' ? `still wants to ${diff.summary}` : `refuses: ${diff.reason}`
    throw new NfshaError(
      'failed',
      `step ${instance.ref} is faulty: after its own change it ${found} (on ${host.name})`,
      'nothing was touched; this is a defect of nfsha: please report it with the output of `nfsha facts`',
    )
  }
}

/** How many diffs of each kind, over all steps and hosts. */
export function countDiffs(steps: readonly PlannedStep[]): PlanCounts {
  const diffs = steps.flatMap(step => step.hosts.map(({ diff }) => diff))
  const count = (test: (diff: Diff) => boolean) => diffs.filter(test).length
  return {
    change: count(diff => diff.kind === 'change'),
    wait: count(diff => diff.kind === 'wait'),
    refusal: count(diff => diff.kind === 'refusal'),
    inSync: count(diff => diff.kind === 'in-sync'),
    destructive: count(diff => diff.kind === 'change' && diff.risk === 'destructive'),
    disruptive: count(diff => diff.kind === 'change' && diff.risk === 'disruptive'),
  }
}

/** The changes that two plans do not share, as `ref on host`: what moved between a plan and now. */
export function changesThatDiffer(shown: Plan, now: Plan): readonly string[] {
  const before = new Map(changesOf(shown.steps))
  const after = new Map(changesOf(now.steps))
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    name => before.get(name) !== after.get(name),
  )
}

/**
 * The changes that were planned and are no longer wanted, where all that is left is as it was shown;
 * else none. So it is after a run that was still at work while the plan was made: its part is done.
 */
export function doneSince(shown: Plan, now: Plan): readonly string[] {
  if (now.counts.refusal > 0) return []
  const left = changesOf(now.steps)
  const names = new Set(left.map(([name]) => name))
  const planned = changesOf(shown.steps)
  const isAsShown = digestOf(planned.filter(([name]) => names.has(name))) === digestOf(left)
  return isAsShown ? planned.map(([name]) => name).filter(name => !names.has(name)) : []
}

function changesOf(steps: readonly PlannedStep[]): readonly (readonly [string, string])[] {
  return steps.flatMap(step =>
    step.hosts
      .filter(({ digest }) => digest !== '')
      .map(({ host, digest }) => [`${step.ref} on ${host}`, digest] as const),
  )
}
