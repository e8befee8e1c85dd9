import { mergeProbes, prepareWork, takeOrder, type Work } from '../../src/cli/work.ts'
import type { Cluster } from '../../src/core/cluster.ts'
import type { Probe } from '../../src/core/probe.ts'
import { drillRecordProbes } from '../../src/facts/drill-record.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { probesByHost } from '../../src/planner/instances.ts'
import { preflightProbes } from '../../src/preflight/preflight.ts'
import { statusProbes } from '../../src/status/probes.ts'

/** The cluster of an inventory, without its secrets, and what a deployment of it would do. */
export async function readOffline(inventory: string): Promise<{ cluster: Cluster; work: Work }> {
  const io = { env: {}, cwd: '/', stdin: { readText: async () => '' } }
  const { cluster } = await loadInventory(inventory, io, { offline: true })
  return { cluster, work: await prepareWork(takeOrder(cluster, 'deploy')) }
}

/** What commands ask of the first node. */
export function questions(cluster: Cluster, work: Work): Readonly<Record<string, readonly Probe<unknown>[]>> {
  const [{ name }] = cluster.nodes
  const ofDeploy = [
    probesByHost(work.instances, work.context),
    preflightProbes(cluster),
    drillRecordProbes(cluster),
  ]
  return {
    status: statusProbes(cluster)[name] ?? [],
    'plan, no-op deploy': mergeProbes(ofDeploy)[name] ?? [],
  }
}
