import type { Cluster } from '../core/cluster.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import type { AnyStep, Params } from '../core/step.ts'
import { gather, type ProbesByHost } from '../executor/gather.ts'
import type { OpenHosts } from '../executor/hosts.ts'
import { instancesOf, type PlanContext, probesByHost, type StepInstance } from '../planner/instances.ts'
import { makePlan } from '../planner/plan.ts'
import { loadPlaybook } from '../playbook/load.ts'
import { loadRender } from '../render/load.ts'
import { type Selection, selectSteps } from './selection.ts'

/** What is to be done to a cluster: the chosen steps of a playbook, with all that they look at besides facts. */
export interface Work {
  readonly playbook: string
  readonly steps: readonly AnyStep[]
  readonly instances: readonly StepInstance[]
  readonly context: PlanContext
}

export const defaultParams: Params = { allowDataLoss: [], waitSync: false }
export const wholePlaybook: Selection = { only: [] }

export async function prepareWork(
  cluster: Cluster,
  playbook: string,
  params: Params = defaultParams,
  selection: Selection = wholePlaybook,
): Promise<Work> {
  const [loaded, render] = await Promise.all([loadPlaybook(playbook), loadRender()])
  const nodeNames = cluster.nodes.map(({ name }) => name)
  const steps = selectSteps(loaded.steps, selection, nodeNames)
  const context = { cluster, params, render }
  return { playbook, steps, instances: instancesOf(cluster, steps), context }
}

/** Asks the nodes all that the steps read, and whatever else is wanted, in one round trip. */
export async function gatherFacts(
  work: Work,
  hosts: OpenHosts,
  events: EventSink,
  ...more: readonly ProbesByHost[]
): Promise<Facts> {
  const startedAt = performance.now()
  const facts = await gather(hosts, mergeProbes([probesByHost(work.instances, work.context), ...more]))
  const durationMs = performance.now() - startedAt
  events({ type: 'facts-gathered', hosts: [...hosts.sessions.keys()], durationMs })
  return facts
}

export function planWork({ playbook, instances, context }: Work, facts: Facts): Plan {
  return makePlan({ ...context, playbook, instances, facts })
}

/** Each host's questions, each question once. */
export function mergeProbes(all: readonly ProbesByHost[]): ProbesByHost {
  const hosts = [...new Set(all.flatMap(Object.keys))]
  return Object.fromEntries(
    hosts.map(host => {
      const byId = new Map(all.flatMap(probes => probes[host] ?? []).map(probe => [probe.id, probe]))
      return [host, [...byId.values()]]
    }),
  )
}
