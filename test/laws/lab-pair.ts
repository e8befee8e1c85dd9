import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Expectation } from '../../src/core/diff.ts'
import type { Facts } from '../../src/core/fact.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Params } from '../../src/core/step.ts'
import { expectedOf, overlay } from '../../src/planner/evaluate.ts'
import { instancesOf, type PlanContext, peerNameOf, probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { loadPlaybook } from '../../src/playbook/load.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { loadExample } from '../fixtures/cluster.ts'

/*
 * The pair of inventories/lab.yml as the laws of the playbooks need it: its facts when bare, plans of any
 * playbook, and the facts once a plan has done what it said.
 */

const captured = join(import.meta.dirname, '..', 'fixtures', 'facts', 'lab-blank.json')
export const blank = (JSON.parse(readFileSync(captured, 'utf8')) as { facts: Facts }).facts
export const { cluster } = await loadExample('lab')
const render = createRender(templateLoader())

/** Plans of a playbook from any facts, and all that it asks. */
export async function planner(playbook: string, params: Partial<Params> = {}) {
  const { steps } = await loadPlaybook(playbook)
  const context: PlanContext = { cluster, params: { allowDataLoss: [], waitSync: false, ...params }, render }
  const instances = instancesOf(cluster, steps)
  return {
    plan: (facts: Facts) => makePlan({ ...context, playbook, instances, facts }),
    probes: probesByHost(instances, context),
  }
}

/** Facts once the first `count` parts of a plan, host by host, have done what they said. */
export function factsAfter(facts: Facts, plan: Plan, count = Number.POSITIVE_INFINITY): Facts {
  return plan.steps
    .flatMap(({ hosts }) => hosts)
    .slice(0, count)
    .reduce((laid, { host, diff }) => overlay(laid, host, peerNameOf(cluster, host), expectedOf(diff)), facts)
}

/** Facts with what a host says of itself laid over them. */
export function lay(facts: Facts, host: string, ...self: readonly Expectation[]): Facts {
  return overlay(facts, host, peerNameOf(cluster, host), { self })
}

/** `STEP HOST` of each change that a plan would make, in its order. */
export function changes(plan: Plan): readonly string[] {
  return plan.steps.flatMap(({ ref, hosts }) =>
    hosts.filter(({ diff }) => diff.kind === 'change').map(({ host }) => `${ref} ${host}`),
  )
}
