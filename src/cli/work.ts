import type { Cluster } from '../core/cluster.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import type { Params } from '../core/step.ts'
import { gather, type ProbesByHost } from '../executor/gather.ts'
import type { OpenHosts } from '../executor/hosts.ts'
import { instancesOf, type PlanContext, probesByHost, type StepInstance } from '../planner/instances.ts'
import { makePlan } from '../planner/plan.ts'
import { loadSteps, type Playbook, readPlaybook } from '../playbook/load.ts'
import { loadRender } from '../render/load-render.ts'
import { assertParams, defaultParams } from './params.ts'
import { type Selection, selectIds, selectSteps, wholePlaybook } from './selection.ts'

/** What a command line asks for: a playbook, or a part of it. */
export interface Order {
  readonly cluster: Cluster
  readonly playbook: Playbook
  readonly params: Params
  readonly selection: Selection
}

/** The order with its steps loaded, and all that they look at besides facts. */
export interface Work {
  readonly playbook: string
  readonly instances: readonly StepInstance[]
  readonly context: PlanContext
}

/** Takes an order. Errors: `usage`, before anything is loaded for it and before any host is asked. */
export function takeOrder(
  cluster: Cluster,
  playbook: string,
  { params = defaultParams, selection = wholePlaybook }: { params?: Params; selection?: Selection } = {},
): Order {
  const read = readPlaybook(playbook)
  assertParams(params, read.header, cluster)
  selectIds(read.stepIds, selection, nodeNames(cluster))
  return { cluster, playbook: read, params, selection }
}

/** Errors: `refused`, when a selected step needs both nodes and one was chosen. */
export async function prepareWork({ cluster, playbook, params, selection }: Order): Promise<Work> {
  const [loaded, render] = await Promise.all([loadSteps(playbook), loadRender()])
  const steps = selectSteps(loaded, selection, nodeNames(cluster))
  const context = { cluster, params, render }
  return { playbook: playbook.name, instances: instancesOf(cluster, steps), context }
}

/** Prepares the work while the hosts are connected to, and hangs up at the end whatever happens. */
export async function workOn<T>(
  order: Order,
  connecting: Promise<OpenHosts>,
  body: (hosts: OpenHosts, work: Work) => Promise<T>,
): Promise<T> {
  const preparing = prepareWork(order)
  // It may fail before it is waited for.
  preparing.catch(() => {})
  const hosts = await connecting
  try {
    return await body(hosts, await preparing)
  } finally {
    await hosts.close()
  }
}

/** Asks the hosts all that the steps read, and whatever else is wanted, in one round trip. */
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

function nodeNames({ nodes }: Cluster): readonly string[] {
  return nodes.map(({ name }) => name)
}
