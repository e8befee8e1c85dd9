import type { Host, Node } from '../core/cluster.ts'
import type { Diff, Expected, Side } from '../core/diff.ts'
import { type Facts, unknown } from '../core/fact.ts'
import type { Answers, Reads } from '../core/probe.ts'
import { givenFor, hostsOf, type PlanContext, type StepInstance } from './instances.ts'

/** An instance's diff on one host. */
export interface HostDiff {
  readonly host: string
  readonly diff: Diff
}

/** Diffs an instance over the hosts that it concerns, jointly, on these facts and nothing else. */
export function diffInstance(
  instance: StepInstance,
  facts: Facts,
  context: PlanContext,
): readonly HostDiff[] {
  return hostsOf(instance, context).map(host => ({
    host: host.name,
    diff: diffOn(instance, host, facts, context),
  }))
}

/** The diff on one host. */
export function diffOn(instance: StepInstance, host: Host, facts: Facts, context: PlanContext): Diff {
  const given = givenFor(instance, host, context)
  return instance.step.diff(
    given,
    sideOf(instance, given.host, facts, context),
    sideOf(instance, given.peer, facts, context),
  )
}

function sideOf(instance: StepInstance, node: Node, facts: Facts, context: PlanContext): Side<Reads, Node> {
  const reads = instance.step.reads(givenFor(instance, node, context))
  const known = facts[node.name] ?? {}
  const answers = Object.fromEntries(
    Object.entries(reads).map(([name, probe]) => [
      name,
      known[probe.id] ?? unknown(`${probe.id} was not read on ${node.name}`),
    ]),
  )
  // The probe with this id made the fact, so its type is the probe's.
  return { host: node, facts: answers as Answers<Reads> }
}

/** Facts with a host's expectations laid over them, its peer's too. */
export function overlay(facts: Facts, host: string, peer: string, expected: Expected): Facts {
  const lay = (name: string, expectations: Expected['self']) => ({
    ...facts[name],
    ...Object.fromEntries((expectations ?? []).map(({ probe, fact }) => [probe.id, fact])),
  })
  return { ...facts, [host]: lay(host, expected.self), [peer]: lay(peer, expected.peer) }
}

/** What a diff expects once it is done with; nothing for one in sync. */
export function expectedOf(diff: Diff): Expected {
  return diff.kind === 'in-sync' ? {} : (diff.expect ?? {})
}
