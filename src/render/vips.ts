import type { Cluster, Node, Vip } from '../core/cluster.ts'
import { linkEnd } from './heartbeat.ts'

/*
 * The VIPs for scripts that are the same on both nodes: a NIC that has another name on the other node is a
 * variable there, set by the node's name.
 */

/** Address, prefix length, its number from 1, and the NIC as a shell word. */
export function vipViews(cluster: Cluster) {
  return cluster.vips.map((vip, index) => ({
    address: vip.address,
    prefix: vip.prefix,
    number: index + 1,
    nic: nicDiffers(cluster, vip) ? `"$${nicVariable(index)}"` : linkEnd(cluster.nodes[0], vip.link).nic,
  }))
}

/** What a node sets these variables to. */
export function nicVariables(cluster: Cluster, node: Node) {
  return cluster.vips.flatMap((vip, index) =>
    nicDiffers(cluster, vip) ? [{ variable: nicVariable(index), nic: linkEnd(node, vip.link).nic }] : [],
  )
}

function nicDiffers(cluster: Cluster, vip: Vip): boolean {
  const [first, second] = cluster.nodes
  return linkEnd(first, vip.link).nic !== linkEnd(second, vip.link).nic
}

function nicVariable(index: number): string {
  return `nic${index + 1}`
}
