import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diff } from '../../src/core/diff.ts'
import { type Facts, present } from '../../src/core/fact.ts'
import type { Plan } from '../../src/core/plan.ts'
import { hold } from '../../src/facts/hold.ts'
import { expectedOf, overlay } from '../../src/planner/evaluate.ts'
import { instancesOf, type PlanContext, peerNameOf } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { loadPlaybook } from '../../src/playbook/load.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { loadExample } from '../fixtures/cluster.ts'

/*
 * The laws of architecture.md over the whole deploy playbook, on the facts of a bare pair as the lab's
 * nodes gave them (`nfsha facts inventories/lab.yml --out`).
 */

const held = { [hold.id]: present({ text: 'by ann: memory' }) }
const captured = join(import.meta.dirname, '..', 'fixtures', 'facts', 'lab-blank.json')
const blank = (JSON.parse(readFileSync(captured, 'utf8')) as { facts: Facts }).facts

const { cluster } = await loadExample('lab')
const { steps } = await loadPlaybook('deploy')
const context: PlanContext = {
  cluster,
  params: { allowDataLoss: [], waitSync: false },
  render: createRender(templateLoader()),
}
const instances = instancesOf(cluster, steps)
const planOn = (facts: Facts) => makePlan({ ...context, playbook: 'deploy', instances, facts })

/** Facts as they are once the first `count` steps of a plan have done what they said. */
function factsAfter(plan: Plan, count: number): Facts {
  return plan.steps
    .slice(0, count)
    .flatMap(({ hosts }) => hosts)
    .reduce(
      (facts, { host, diff }) => overlay(facts, host, peerNameOf(cluster, host), expectedOf(diff)),
      blank,
    )
}

const changes = (plan: Plan) =>
  plan.steps.flatMap(({ ref, hosts }) =>
    hosts.filter(({ diff }) => diff.kind === 'change').map(({ host, digest }) => `${ref} ${host} ${digest}`),
  )

const kindsOf = (plan: Plan): readonly Diff['kind'][] =>
  plan.steps.flatMap(({ hosts }) => hosts.map(({ diff }) => diff.kind))

describe('on a bare pair', () => {
  const plan = planOn(blank)

  test('the plan is whole: nothing is refused, and every deed of a deploy is in it', () => {
    expect(plan.counts.refusal).toBe(0)
    const planned = new Set(changes(plan).map(line => line.replace(/[[ ].*/, '')))
    for (const step of [
      'packages',
      'drbd-create-md',
      'drbd-initial-sync',
      'mkfs',
      'ha-cf',
      'heartbeat-start',
    ])
      expect(planned).toContain(step)
  })

  test('purity: the same facts give the same plan', () => {
    expect(JSON.stringify(planOn(blank))).toBe(JSON.stringify(plan))
  })

  test('idempotence: once all is as expected, nothing is left to do or to wait for', () => {
    expect(new Set(kindsOf(planOn(factsAfter(plan, plan.steps.length))))).toEqual(new Set(['in-sync']))
  })

  test.each(plan.steps.map(({ ref }, index) => [ref, index] as const))(
    'interruption: broken off before %s, the rest of the plan is planned again, and only that',
    (_, index) => {
      const again = planOn(factsAfter(plan, index))
      const rest = changes({ ...plan, steps: plan.steps.slice(index) })
      expect(changes(again)).toEqual(rest)
    },
  )
})

test('a held node is never mended, whatever is found there', () => {
  const [first, second] = cluster.nodes.map(({ name }) => name)
  const facts = { ...blank, [second ?? '']: { ...blank[second ?? ''], ...held } }
  const { steps: planned } = makePlan({ ...context, playbook: 'deploy', instances, facts })
  const touched = new Set(
    planned.flatMap(({ hosts }) =>
      hosts.filter(({ diff }) => diff.kind === 'change').map(({ host }) => host),
    ),
  )
  expect([...touched]).toEqual([first])
})
