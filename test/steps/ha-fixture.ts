import type { Cluster } from '../../src/core/cluster.ts'
import type { Diff } from '../../src/core/diff.ts'
import { absent, type Fact, type Facts, type HostFacts, present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import type { AnyStep, Params } from '../../src/core/step.ts'
import type { DrbdState } from '../../src/facts/drbd.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { heartbeat, heartbeatSettled } from '../../src/facts/heartbeat.ts'
import { mountedAs, mountOf } from '../../src/facts/mount.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import { diffInstance, expectedOf, overlay } from '../../src/planner/evaluate.ts'
import { instancesOf, type PlanContext, probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { nfsServerWanted } from '../../src/steps/_nfs-server.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const render = createRender(templateLoader())

export const m1 = 'M1.redhat.sx'
export const m2 = 'M2.redhat.sx'

export function contextOf(cluster: Cluster = exampleCluster(), params: Partial<Params> = {}): PlanContext {
  return { cluster, params: { allowDataLoss: [], waitSync: false, ...params }, render }
}

/** Facts by probe: what a test says of a node. */
export type Known = readonly (readonly [Probe<unknown>, Fact<unknown>])[]

export function known<T>(probe: Probe<T>, fact: Fact<T>): Known[number] {
  return [probe, fact]
}

/** Both nodes' facts; what a step reads and nobody says is absent. */
export function factsFor(step: AnyStep, context: PlanContext, said: Record<string, Known>): Facts {
  const asked = probesByHost(instancesOf(context.cluster, [step]), context)
  return Object.fromEntries(
    Object.entries(asked).map(([host, probes]) => [
      host,
      {
        ...Object.fromEntries(probes.map(probe => [probe.id, absent()] as const)),
        ...factsOf(said[host] ?? []),
      },
    ]),
  )
}

function factsOf(knowledge: Known): HostFacts {
  return Object.fromEntries(knowledge.map(([probe, fact]) => [probe.id, fact]))
}

/** The diffs by host; a change or wait whose own expectation does not satisfy the step fails the test. */
export function plan(
  step: AnyStep,
  said: Record<string, Known>,
  cluster?: Cluster,
  params?: Partial<Params>,
): Record<string, Diff> {
  const context = contextOf(cluster, params)
  const facts = factsFor(step, context, said)
  const instances = instancesOf(context.cluster, [step])
  const { steps } = makePlan({ ...context, playbook: 'test', instances, facts })
  return Object.fromEntries(
    steps.flatMap(({ ref, hosts }) =>
      hosts.map(({ host, diff }) => [instances.length === 1 ? host : `${host} ${ref}`, diff]),
    ),
  )
}

/** The facts after the step's own changes. */
export function factsAfter(step: AnyStep, said: Record<string, Known>, cluster?: Cluster): Facts {
  const context = contextOf(cluster)
  return instancesOf(context.cluster, [step]).reduce(
    (facts, instance) =>
      diffInstance(instance, facts, context).reduce((laid, { host, diff }) => {
        const peer = host === m1 ? m2 : m1
        return overlay(laid, host, peer, expectedOf(diff))
      }, facts),
    factsFor(step, context, said),
  )
}

/** The facts as a test may say them again, on top of those of a settled pair. */
export function settled(
  step: AnyStep,
  said: Record<string, Known>,
  cluster?: Cluster,
): Record<string, Known> {
  const after = factsAfter(step, said, cluster)
  return Object.fromEntries(
    Object.entries(after).map(([host, facts]) => [
      host,
      Object.entries(facts).map(([id, fact]) => [{ id } as Probe<unknown>, fact] as const),
    ]),
  )
}

const connected: DrbdState = {
  connection: 'Connected',
  role: 'Secondary',
  peerRole: 'Secondary',
  disk: 'UpToDate',
  peerDisk: 'UpToDate',
}

/** A node with heartbeat running, connected, holding nothing. */
export function idle(cluster = exampleCluster(), state: Partial<DrbdState> = {}): Known {
  return [
    known(heartbeat(cluster.platform.paths), present(heartbeatSettled)),
    known(unit(cluster.platform.units.heartbeat), startedUnit),
    ...cluster.volumes.map(volume => known(drbdOf(cluster, volume), present({ ...connected, ...state }))),
    known(vipsHeld(cluster.vips), present([])),
  ]
}

const installed = unitFromPackage(true)
const startedUnit =
  installed.state === 'present' ? present({ ...installed.value, active: 'active' }) : installed

/** A node that holds the whole group. */
export function active(cluster = exampleCluster()): Known {
  return [
    ...idle(cluster, { role: 'Primary' }),
    ...cluster.volumes.map(volume => known(mountOf(volume.mountPoint), mountedAs(volume))),
    known(nfsServer, present(nfsServerWanted(cluster))),
    known(vipsHeld(cluster.vips), present(cluster.vips.map(({ address }) => ({ address, nic: 'em1' })))),
  ]
}
