import type { Cluster } from '../core/cluster.ts'
import type { ProbesByHost } from '../executor/gather.ts'
import { probesByHost } from '../planner/instances.ts'
import { preflightProbes } from '../preflight/preflight.ts'
import { statusProbes } from '../status/probes.ts'
import { mergeProbes, prepareWork, takeOrder } from './work.ts'

/** Every question that any command asks of the nodes. */
export async function allProbes(cluster: Cluster): Promise<ProbesByHost> {
  const { instances, context } = await prepareWork(takeOrder(cluster, 'deploy'))
  return mergeProbes([probesByHost(instances, context), preflightProbes(cluster), statusProbes(cluster)])
}
