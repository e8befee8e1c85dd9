import type { Guard } from '../core/action.ts'
import type { Cluster, Node } from '../core/cluster.ts'
import type { Side } from '../core/diff.ts'
import { groupMark } from '../core/group-command.ts'
import type { Probe, Reads } from '../core/probe.ts'
import { type GroupPart, groupParts, groupProbes } from '../facts/group.ts'

/** What a step reads to know who holds the resource group, and more; each under its probe's id. */
export function groupReads(cluster: Cluster, ...more: readonly Probe<unknown>[]): Reads {
  return Object.fromEntries([...groupProbes(cluster), ...more].map(probe => [probe.id, probe]))
}

/** The parts of the resource group on a side that was read by `groupReads`. */
export function partsOf(cluster: Cluster, side: Side<Reads, Node>): readonly GroupPart[] {
  return groupParts(cluster, side.facts)
}

/** heartbeat gives up all that it has when it stops: here it must have nothing. */
export const passiveGuard: Guard = {
  expects: 'the group to be on the other node',
  script: `[ ! -e ${groupMark} ] || { echo "it is here"; exit 1; }`,
}
