import type { Cluster } from '../core/cluster.ts'
import type { Facts } from '../core/fact.ts'
import type { ProbesByHost } from '../executor/gather.ts'
import { probesByHost } from '../planner/instances.ts'
import type { ClusterStatus, Drift } from '../status/status.ts'
import { planWork, prepareWork, takeOrder } from './work.ts'

/** How the nodes differ from the inventory: the deploy playbook's plan, counted. */
export interface DriftReader {
  /** What must be asked for it. */
  readonly probes: ProbesByHost
  /** The status with its drift; as it is where a node did not answer, since nothing is known of it then. */
  add(status: ClusterStatus, facts: Facts): ClusterStatus
}

export async function driftReader(cluster: Cluster): Promise<DriftReader> {
  const work = await prepareWork(takeOrder(cluster, 'deploy'))
  return {
    probes: probesByHost(work.instances, work.context),
    add: (status, facts) => {
      const silent = status.nodes.filter(({ answered }) => !answered).map(({ name }) => name)
      if (silent.length === 0) return { ...status, drift: driftOf(planWork(work, facts)) }
      const note = `drift is not known: no answer from ${silent.join(' and ')}`
      return { ...status, notes: [...status.notes, note] }
    },
  }
}

function driftOf({ counts, steps }: ReturnType<typeof planWork>): Drift {
  const { change, wait, refusal } = counts
  const names = steps.flatMap(({ ref, hosts }) => {
    const differing = hosts.filter(({ diff }) => diff.kind !== 'in-sync').map(({ host }) => host)
    return differing.length === 0 ? [] : [`${ref} on ${differing.join(' and ')}`]
  })
  return { change, wait, refusal, steps: names }
}
