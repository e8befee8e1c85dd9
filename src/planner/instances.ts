import { type Cluster, type Node, peerOf } from '../core/cluster.ts'
import type { Probe } from '../core/probe.ts'
import type { AnyStep, Given, Params, RenderTemplate } from '../core/step.ts'

/** All that steps may look at besides facts, the same for a whole plan. */
export interface PlanContext {
  readonly cluster: Cluster
  readonly params: Params
  readonly render: RenderTemplate
}

/** A step paired with one item of its `over`. */
export interface StepInstance {
  readonly step: AnyStep
  /** `drbd-create-md[data]`, or the step's id when it exists once. */
  readonly ref: string
  readonly item: unknown
}

/** The instances of a playbook's steps, in order. */
export function instancesOf(cluster: Cluster, steps: readonly AnyStep[]): readonly StepInstance[] {
  return steps.flatMap(step =>
    step.over(cluster).map(({ key, item }) => ({
      step,
      ref: key === '' ? step.id : `${step.id}[${key}]`,
      item,
    })),
  )
}

/** The nodes that an instance is diffed on. */
export function nodesOf(instance: StepInstance, cluster: Cluster): readonly Node[] {
  if (instance.step.on === 'both') return cluster.nodes
  return cluster.nodes.filter(node => node.name === cluster.preferredNode)
}

/** What a step is given on one node. */
export function givenFor(instance: StepInstance, node: Node, context: PlanContext): Given<unknown> {
  return { ...context, host: node, peer: peerOf(context.cluster, node.name), item: instance.item }
}

/** The probes that an instance reads on one node; both nodes are read, whichever it acts on. */
export function probesOf(
  instance: StepInstance,
  node: Node,
  context: PlanContext,
): readonly Probe<unknown>[] {
  return Object.values(instance.step.reads(givenFor(instance, node, context)))
}

/** The probes of several instances by node name, each question once. */
export function probesByHost(
  instances: readonly StepInstance[],
  context: PlanContext,
): Readonly<Record<string, readonly Probe<unknown>[]>> {
  return Object.fromEntries(
    context.cluster.nodes.map(node => {
      const byId = new Map<string, Probe<unknown>>()
      for (const instance of instances)
        for (const probe of probesOf(instance, node, context)) byId.set(probe.id, probe)
      return [node.name, [...byId.values()]]
    }),
  )
}

/** The other node's name. */
export function peerNameOf(cluster: Cluster, nodeName: string): string {
  return peerOf(cluster, nodeName).name
}
