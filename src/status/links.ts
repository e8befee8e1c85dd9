import type { Cluster, Node } from '../core/cluster.ts'
import { factValue, type HostFacts } from '../core/fact.ts'
import { answerTo } from '../facts/group.ts'
import { type InterfaceFact, interfaces } from '../facts/interface.ts'
import type { LinkStatus } from './status.ts'

/** A node's ends of the cluster's links, as its interfaces are. */
export function linksOf({ links }: Cluster, node: Node, facts: HostFacts): readonly LinkStatus[] {
  const found = factValue(answerTo(facts, interfaces))
  return links.flatMap(({ name, roles }) => {
    const end = node.links[name]
    if (end === undefined) return []
    const { nic, address, prefix } = end
    const state = found === undefined ? 'unknown' : stateOf(found[nic], `${address}/${prefix}`)
    return [{ name, nic, address, roles, state }]
  })
}

function stateOf(found: InterfaceFact | undefined, address: string): LinkStatus['state'] {
  if (found === undefined) return 'missing'
  if (!found.hasCarrier) return 'down'
  return found.addresses.includes(address) ? 'up' : 'no address'
}
