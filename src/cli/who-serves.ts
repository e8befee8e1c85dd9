import type { Cluster } from '../core/cluster.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import type { RunResult } from '../executor/apply.ts'
import { gather } from '../executor/gather.ts'
import type { OpenHosts } from '../executor/hosts.ts'
import { groupParts, groupProbes, missingTexts, whoActs } from '../facts/group.ts'

/**
 * A run that failed and may have moved the service on its way also says who serves now: what failed may
 * have been only the watching.
 */
export async function sayWhoServes(
  cluster: Cluster,
  plan: Plan,
  hosts: OpenHosts,
  result: RunResult,
): Promise<RunResult> {
  if (result.result !== 'failed' || !mayMove(plan)) return result
  const probes = Object.fromEntries(cluster.nodes.map(({ name }) => [name, groupProbes(cluster)]))
  const said = servingText(cluster, await gather(hosts, probes))
  return { ...result, message: `${result.message ?? 'the run failed'}\nnow ${said}` }
}

function mayMove({ steps }: Plan): boolean {
  return steps.some(({ hosts }) =>
    hosts.some(({ diff }) => diff.kind === 'change' && diff.risk === 'disruptive'),
  )
}

/** Which node serves, in one sentence. */
export function servingText(cluster: Cluster, facts: Facts): string {
  const [one, two] = cluster.nodes
  const [first, second] = cluster.nodes.map(({ name }) => groupParts(cluster, facts[name] ?? {}))
  if (first === undefined || second === undefined) return 'nothing is known'
  const acting = whoActs(first, second)
  if (acting === 'both') return 'both nodes act: see `nfsha status`'
  if (acting === 'none') return 'no node is seen to serve: see `nfsha status`'
  const [name, parts] = acting === 'self' ? [one.name, first] : [two.name, second]
  const missing = missingTexts(parts)
  return missing.length === 0 ? `${name} serves` : `${name} has a part of the group: ${missing.join(', ')}`
}
