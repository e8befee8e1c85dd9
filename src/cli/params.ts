import type { Cluster } from '../core/cluster.ts'
import type { Params } from '../core/step.ts'
import { assertKnown } from './selection.ts'

/** What the user asked of this run. Errors: `usage` for an id of --allow-data-loss that names nothing. */
export function paramsFrom(
  { allowDataLoss, waitSync }: { readonly allowDataLoss: readonly string[]; readonly waitSync: boolean },
  { nodes, volumes }: Pick<Cluster, 'nodes' | 'volumes'>,
): Params {
  const ids = volumes.flatMap(volume => nodes.map(node => `${volume.name}@${node.name}`))
  for (const id of allowDataLoss) assertKnown('disk', id, ids)
  return { allowDataLoss, waitSync }
}
