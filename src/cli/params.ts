import type { Cluster } from '../core/cluster.ts'
import type { Params } from '../core/step.ts'
import type { PlaybookHeader } from '../playbook/header.ts'
import { assertKnown } from './selection.ts'

export const defaultParams: Params = { allowDataLoss: [], waitSync: false }

/**
 * Checks parameters against what the playbook's header declares. Errors: `usage` for a name that the
 * inventory does not have. A parameter that the playbook does not take is a mistake of ours.
 */
export function assertParams(
  params: Params,
  header: Pick<PlaybookHeader, 'params'>,
  { nodes, volumes }: Pick<Cluster, 'nodes' | 'volumes'>,
): void {
  const nodeNames = nodes.map(({ name }) => name)
  const disks = volumes.flatMap(volume => nodeNames.map(name => `${volume.name}@${name}`))
  for (const [name, value] of Object.entries(params)) {
    if (isUnset(value)) continue
    const kind = header.params[name]
    if (kind === undefined) throw new TypeError(`the playbook does not take the parameter ${name}`)
    if (kind === 'node') assertKnown('node', String(value), nodeNames)
    if (kind === 'disks') for (const id of params.allowDataLoss) assertKnown('disk', id, disks)
  }
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0)
}
