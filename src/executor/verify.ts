import type { Diff, Expected } from '../core/diff.ts'
import type { Facts } from '../core/fact.ts'
import type { PlannedStep } from '../core/plan.ts'
import type { Probe } from '../core/probe.ts'
import { diffOn, overlay } from '../planner/evaluate.ts'
import {
  type PlanContext,
  peerNameOf,
  probesByHost,
  type StepInstance,
  targetsOf,
} from '../planner/instances.ts'
import { makePlan } from '../planner/plan.ts'
import type { Chunk } from './chunks.ts'
import type { ProbesByHost } from './gather.ts'

/*
 * What was predicted against what is there. Pure.
 */

/** A step's diff on one host. */
export interface StepDiff {
  readonly ref: string
  readonly host: string
  readonly diff: Diff
}

/** What a chunk's steps expect, on which host. */
function expectationsOf(chunk: Chunk): readonly { host: string; expect: Expected }[] {
  return chunk.steps.flatMap(({ step, acts }) =>
    step.hosts.flatMap(({ host, diff }) =>
      (diff.kind === 'change' && acts.includes(host)) || diff.kind === 'wait'
        ? [{ host, expect: diff.expect }]
        : [],
    ),
  )
}

/** The facts that will hold after a chunk, if our predictions are right. */
export function predicted(chunk: Chunk, facts: Facts, context: PlanContext): Facts {
  return expectationsOf(chunk).reduce(
    (laid, { host, expect }) => overlay(laid, host, peerNameOf(context.cluster, host), expect),
    facts,
  )
}

/** The probes to read again after a chunk: all that its steps read on both nodes, and all that they have expectations of. */
export function probesAfter(
  chunk: Chunk,
  instances: readonly StepInstance[],
  context: PlanContext,
): ProbesByHost {
  const refs = new Set(chunk.steps.map(({ step }) => step.ref))
  const read = probesByHost(
    instances.filter(({ ref }) => refs.has(ref)),
    context,
  )
  const expected = expectationsOf(chunk).flatMap(({ host, expect }) => [
    ...(expect.self ?? []).map(({ probe }) => ({ host, probe })),
    ...(expect.peer ?? []).map(({ probe }) => ({ host: peerNameOf(context.cluster, host), probe })),
  ])
  return mergeProbes(read, expected)
}

function mergeProbes(
  probes: ProbesByHost,
  more: readonly { host: string; probe: Probe<unknown> }[],
): ProbesByHost {
  return Object.fromEntries(
    Object.entries(probes).map(([name, asked]) => {
      const byId = new Map(asked.map(probe => [probe.id, probe]))
      for (const { host, probe } of more) if (host === name && !byId.has(probe.id)) byId.set(probe.id, probe)
      return [name, [...byId.values()]]
    }),
  )
}

/** Both, each question once. */
export function joinProbes(one: ProbesByHost, other: ProbesByHost): ProbesByHost {
  return mergeProbes(
    one,
    Object.entries(other).flatMap(([host, probes]) => probes.map(probe => ({ host, probe }))),
  )
}

/** Facts with newer ones laid over them. */
export function withNewer(facts: Facts, newer: Facts): Facts {
  return Object.fromEntries(
    Object.keys({ ...facts, ...newer }).map(host => [host, { ...facts[host], ...newer[host] }]),
  )
}

/** The chunk's steps that are not in sync on these facts. */
export function notInSync(
  chunk: Chunk,
  instances: readonly StepInstance[],
  facts: Facts,
  context: PlanContext,
): readonly StepDiff[] {
  return chunk.steps.flatMap(({ step, verifies }) => {
    const instance = instances.find(({ ref }) => ref === step.ref)
    if (instance === undefined) return []
    return targetsOf(context)
      .filter(({ name }) => verifies.includes(name))
      .map(host => ({ ref: step.ref, host: host.name, diff: diffOn(instance, host, facts, context) }))
      .filter(({ diff }) => diff.kind !== 'in-sync')
  })
}

/** A step's part on one host that is still to be done, and the digest of its actions in the plan. */
export interface Pending {
  readonly ref: string
  readonly host: string
  readonly digest: string
}

/** What is left of a plan after a chunk, hosts of a one-by-one step included. */
export function pendingAfter(
  steps: readonly PlannedStep[],
  chunks: readonly Chunk[],
  done: number,
): readonly Pending[] {
  const finished = new Set(
    chunks
      .slice(0, done + 1)
      .flatMap(chunk =>
        chunk.steps.flatMap(({ step, acts, verifies }) =>
          [...acts, ...verifies].map(host => `${step.ref} on ${host}`),
        ),
      ),
  )
  const last = Math.max(
    ...chunks.slice(0, done + 1).flatMap(chunk => chunk.steps.map(({ step }) => steps.indexOf(step))),
  )
  return steps
    .slice(last)
    .flatMap(({ ref, hosts }) => hosts.map(({ host, digest }) => ({ ref, host, digest })))
    .filter(({ ref, host }) => !finished.has(`${ref} on ${host}`))
}

/** The pending parts whose actions would now be others, or an error when planning itself fails. */
export function moved(
  pending: readonly Pending[],
  instances: readonly StepInstance[],
  facts: Facts,
  context: PlanContext & { playbook: string },
): readonly string[] {
  const refs = new Set(pending.map(({ ref }) => ref))
  const plan = makePlan({ ...context, facts, instances: instances.filter(({ ref }) => refs.has(ref)) })
  return pending
    .filter(({ ref, host, digest }) => {
      const now = plan.steps.find(step => step.ref === ref)?.hosts.find(each => each.host === host)
      return now === undefined || now.digest !== digest || now.diff.kind === 'refusal'
    })
    .map(({ ref, host }) => `${ref} on ${host}`)
}
