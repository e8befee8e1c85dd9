import type { Node } from '../../core/cluster.ts'
import { linksFor } from '../../core/cluster.ts'
import type { Fault, Scene } from '../fault.ts'
import { undoLater } from './later.ts'
import { cutOnBoth, joinOnBoth, replicationCuts } from './traffic.ts'

const unslow = (nic: string) => `tc qdisc del dev ${nic} root 2>/dev/null || :`

/** Faults of the path that DRBD replicates over. */
export const replicationFaults: readonly Fault[] = [
  {
    name: 'replication-cut',
    summary: 'the replication connections are cut between the nodes',
    outcome: 'stays',
    where: 'anywhere',
    healed: 'after-deadtime',
    inject: scene => cutOnBoth(scene, () => replicationCuts(scene.cluster)),
    heal: joinOnBoth,
  },
  {
    name: 'replication-slow',
    summary: 'the replication link of the passive node is slowed to 100 ms and 2 Mbit/s (tc netem)',
    outcome: 'stays',
    where: 'anywhere',
    healed: 'after-deadtime',
    unfit: ({ cluster }) =>
      linksFor(cluster, 'replication').some(({ roles }) => roles.length > 1)
        ? 'its link carries other traffic too, which would be slowed with it'
        : undefined,
    inject: async scene => {
      for (const nic of replicationNics(scene, scene.passive))
        await scene.run(
          scene.passive,
          `tc qdisc add dev ${nic} root netem delay 100ms rate 2mbit && ${undoLater(scene, unslow(nic))}`,
        )
    },
    heal: async scene => {
      for (const nic of replicationNics(scene, scene.passive)) await scene.run(scene.passive, unslow(nic))
    },
  },
]

function replicationNics({ cluster }: Scene, node: Node): readonly string[] {
  return linksFor(cluster, 'replication').flatMap(({ name }) => node.links[name]?.nic ?? [])
}
