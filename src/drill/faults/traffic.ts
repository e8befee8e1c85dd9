import type { Cluster, Node } from '../../core/cluster.ts'
import type { Scene } from '../fault.ts'
import { undoLater } from './later.ts'

/*
 * Traffic is cut by routing rules (ip-rule(8): protocol, port and NIC as selectors, Linux 4.17): that
 * needs iproute2 only, harms no other traffic, leaves no trace after a boot, and is the same on real
 * nodes. A socket that has its route already asks again, since a change of rules voids all cached routes.
 */

/** Our rules' priority: right after the table of the node's own addresses, before every other rule. */
const priority = 7

/** What is not to leave a node. */
export interface Cut {
  readonly protocol: 'udp' | 'tcp' | 'icmp'
  readonly port?: number
  /** By which NIC; any when absent. */
  readonly nic?: string
  readonly to?: string
}

/** POSIX sh that cuts, and joins again by itself long after, should nobody come to do it. */
export function cutScript(cuts: readonly Cut[], scene: Pick<Scene, 'lastsMs' | 'directory'>): string {
  const rules = cuts.flatMap(rulesOf)
  return [
    ...rules.map(rule => `ip -4 rule add pref ${priority} ${rule} prohibit`),
    undoLater(scene, joinScript),
  ].join(' && ')
}

/** POSIX sh that takes all our rules away; harmless where there are none. */
export const joinScript = `while ip -4 rule del pref ${priority} 2>/dev/null; do :; done`

function rulesOf({ protocol, port, nic, to }: Cut): readonly string[] {
  const common = `${to === undefined ? '' : `to ${to} `}ipproto ${protocol}${nic === undefined ? '' : ` oif ${nic}`}`
  // Both directions of a connection have the port on this side or on that one.
  return port === undefined ? [common] : [`${common} dport ${port}`, `${common} sport ${port}`]
}

/** All media of heartbeat that are packets, or those of one link, as seen from a node. */
export function heartbeatCuts({ heartbeat }: Cluster, node: Node, link?: string): readonly Cut[] {
  return heartbeat.media.flatMap((medium): readonly Cut[] => {
    if (medium.kind === 'serial' || (link !== undefined && medium.link !== link)) return []
    const nic = node.links[medium.link]?.nic
    const port = medium.kind === 'mcast' ? medium.port : heartbeat.udpPort
    return nic === undefined ? [] : [{ protocol: 'udp', port, nic }]
  })
}

/** The replication connections of all volumes. */
export function replicationCuts({ volumes }: Cluster): readonly Cut[] {
  return volumes.map(({ port }) => ({ protocol: 'tcp', port }))
}

/** Cuts on both nodes, each for itself. */
export async function cutOnBoth(scene: Scene, cutsOf: (node: Node) => readonly Cut[]): Promise<void> {
  await Promise.all(scene.cluster.nodes.map(node => scene.run(node, cutScript(cutsOf(node), scene))))
}

export async function joinOnBoth(scene: Scene): Promise<void> {
  await Promise.all(scene.cluster.nodes.map(node => scene.run(node, joinScript)))
}
