import type { Cluster } from '../core/cluster.ts'
import type { Facts } from '../core/fact.ts'
import type { ProbesByHost } from '../executor/gather.ts'
import type { Survey } from '../executor/survey.ts'
import { evaluateStatus } from '../status/evaluate.ts'
import { statusProbes } from '../status/probes.ts'
import type { ClusterStatus } from '../status/status.ts'
import { mergeProbes } from './work.ts'

/** A judgement, and the facts that it rests on. */
export interface StatusReading {
  readonly status: ClusterStatus
  readonly facts: Facts
}

/** In less time a second look would see less than the first. */
const leastMs = 4000

/**
 * Asks all hosts and judges. Two hosts are not read in the same instant, so a group that is on its
 * way from one node to the other may be seen on both: that is believed when it is seen twice.
 */
export async function readStatus(
  cluster: Cluster,
  survey: Survey,
  limitMs: number,
  more: ProbesByHost = {},
): Promise<StatusReading> {
  const startedAt = performance.now()
  const probes = mergeProbes([statusProbes(cluster), more])
  const first = await readOnce(cluster, survey, limitMs, probes)
  const leftMs = limitMs - (performance.now() - startedAt)
  if (first.status.verdict !== 'split-brain' || leftMs < leastMs) return first
  return await readOnce(cluster, survey, leftMs, probes)
}

async function readOnce(
  cluster: Cluster,
  survey: Survey,
  limitMs: number,
  probes: ProbesByHost,
): Promise<StatusReading> {
  const { facts, detours } = await survey.read(probes, limitMs)
  return { status: evaluateStatus(cluster, facts, detours), facts }
}
