import type { Cluster } from '../core/cluster.ts'
import { type Refusal, refusal } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import type { Given } from '../core/step.ts'

/*
 * What a teardown goes by: a service, resource or unit on a node is this cluster's where a file of the
 * cluster's says so. A node that was never deployed to may have a heartbeat or a DRBD of its own.
 */

/** The files by which the parts of the cluster on a node are known. */
export function evidenceOf({ platform: { paths, units } }: Cluster) {
  return {
    heartbeat: `${paths.haDir}/ha.cf`,
    nfs: `${paths.unitDir}/${units.nfsServer}.d/nfsha.conf`,
    resource: (name: string) => `${paths.drbdDir}/${name}.res`,
    unit: (name: string) => `${paths.unitDir}/${name}`,
  }
}

/** Whether a file is among the cluster's own. */
export function hasOwn(own: Fact<readonly string[]>, path: string): boolean {
  return own.state === 'present' && own.value.includes(path)
}

/** The refusal where a fact that a teardown goes by is not known; undefined where all are. */
export function refuseUnknown(
  { host }: Pick<Given<unknown>, 'host'>,
  facts: Readonly<Record<string, Fact<unknown>>>,
): Refusal | undefined {
  for (const [what, fact] of Object.entries(facts))
    if (fact.state === 'unknown')
      return refusal(
        'unknown-remains',
        `${what} on ${host.name} could not be read: ${fact.reason}`,
        `look at it on ${host.name}, then run again; nothing is taken away on a guess`,
      )
  return undefined
}
