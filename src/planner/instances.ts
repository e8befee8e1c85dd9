import { type Cluster, type Host, type Node, peerOf } from '../core/cluster.ts'
import type { Probe } from '../core/probe.ts'
import type { AnyStep, Given, Params, RenderTemplate } from '../core/step.ts'

/** All that steps may look at besides facts, the same for a whole plan. */
export interface PlanContext {
  readonly cluster: Cluster
  readonly params: Params
  readonly render: RenderTemplate
  /**
   * The hosts that are planned for and worked on, both nodes unless said. A node that is left out does
   * not answer: what a step asks of it is unknown, and nothing is planned for it.
   */
  readonly targets?: readonly Host[]
}

/** The hosts of a plan, in the inventory's order. */
export function targetsOf({ cluster, targets }: Pick<PlanContext, 'cluster' | 'targets'>): readonly Host[] {
  return targets ?? cluster.nodes
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

/** The hosts that an instance is diffed on. */
export function hostsOf({ step }: StepInstance, context: PlanContext): readonly Host[] {
  const isMeant = ({ kind }: Host) => (step.on === 'clients') === (kind === 'client')
  return targetsOf(context).filter(isMeant)
}

/** What a step is given on one host. */
export function givenFor(instance: StepInstance, host: Host, context: PlanContext): Given<unknown> {
  const peer = peerOf(context.cluster, host.name)
  // A step for clients is made by defineClientStep, which knows that it gets one.
  return { ...context, host: host as Node, peer, item: instance.item }
}

/** The probes that an instance reads on one host. */
export function probesOf(
  instance: StepInstance,
  host: Host,
  context: PlanContext,
): readonly Probe<unknown>[] {
  return Object.values(instance.step.reads(givenFor(instance, host, context)))
}

/** The probes of several instances by host name, each question once. */
export function probesByHost(
  instances: readonly StepInstance[],
  context: PlanContext,
): Readonly<Record<string, readonly Probe<unknown>[]>> {
  return Object.fromEntries(
    targetsOf(context).map(host => {
      const asking = instances.filter(instance => hostsOf(instance, context).includes(host))
      const probes = asking.flatMap(instance => probesOf(instance, host, context))
      return [host.name, [...new Map(probes.map(probe => [probe.id, probe])).values()]]
    }),
  )
}

/** The other node's name. */
export function peerNameOf(cluster: Cluster, nodeName: string): string {
  return peerOf(cluster, nodeName).name
}
