import { type Cluster, linksFor } from '../core/cluster.ts'
import { type LintRule, when } from './lint-rule.ts'
import { contains } from './text.ts'

/** Distinct ways for heartbeats: a NIC that carries two media still is one cable. */
function heartbeatWays({ heartbeat, nodes: [node] }: Cluster): ReadonlySet<string> {
  return new Set(
    heartbeat.media.map(medium =>
      medium.kind === 'serial' ? medium.device : (node.links[medium.link]?.nic ?? medium.link),
    ),
  )
}

/** Links that have a VIP and whose failure no ping node, and no group of them by itself, would show to ipfail. */
function unwatched({ heartbeat, links, nodes: [node], vips }: Cluster): readonly string[] {
  const ends = links.flatMap(({ name }) => node.links[name] ?? [])
  const carriers = [...new Set(vips.map(({ link }) => link))]
  const isBeyond = (group: readonly string[]) =>
    group.every(address => !ends.some(end => contains(end, address)))
  return carriers.filter(link => {
    const own = node.links[link]
    if (own === undefined) return false
    const isWatched = heartbeat.pingGroups.some(group => group.every(address => contains(own, address)))
    // Beyond all links is through the gateway, and with one link for service that is where it is.
    return !isWatched && !(carriers.length === 1 && heartbeat.pingGroups.some(isBeyond))
  })
}

/** Rules over links: how many ways there are for what. */
export const linkRules: readonly LintRule[] = [
  {
    id: 'one-heartbeat-medium',
    severity: 'warning',
    title: 'heartbeat has two media or more',
    reason: 'one cable is then all that stands between you and two active nodes',
    explanation:
      'A node that hears nothing takes over, whether the other is dead or only the cable. With one medium, every failure of it is a full partition: both nodes serve, DRBD goes split-brain, and one side of the writes is lost. A serial line is a good second medium where there is one NIC.',
    check: cluster =>
      when(heartbeatWays(cluster).size < 2, {
        path: ['links'],
        message: `heartbeats have one way only: ${[...heartbeatWays(cluster)].join('')}`,
        fix: 'add "heartbeat" to `for:` of another link, or a serial line below heartbeat',
      }),
  },
  {
    id: 'heartbeat-on-replication',
    severity: 'warning',
    title: 'heartbeat and replication do not depend on one link',
    reason: 'a resync that fills the link delays heartbeats, and its failure takes both',
    explanation:
      'When heartbeat and replication share their only link, its loss separates the data and starts the takeover at the same moment, which is how split-brains are made. As a third medium beside two others the replication link is welcome.',
    check: cluster => {
      const shared = linksFor(cluster, 'replication').find(link => link.roles.includes('heartbeat'))
      if (shared === undefined) return []
      const nic = cluster.nodes[0].links[shared.name]?.nic
      const others = [...heartbeatWays(cluster)].filter(way => way !== nic)
      return [
        {
          path: ['links', shared.name],
          message: `${shared.name} carries both heartbeat and replication`,
          fix:
            others.length >= 2
              ? 'nothing: there are two other media'
              : 'move one of them to a link of its own',
          severity: others.length >= 2 ? 'note' : 'warning',
        },
      ]
    },
  },
  {
    id: 'no-ping-node',
    severity: 'warning',
    title: 'there is a ping node',
    reason: 'without one a node whose service network is cut goes on holding the VIP',
    explanation:
      'ipfail compares how many ping nodes each node sees, and moves the group to the one that sees more. Without a ping node, pulling the service cable of the active node moves nothing: heartbeats still flow over the other link.',
    check: ({ heartbeat }) =>
      when(heartbeat.pingGroups.length === 0 || !heartbeat.ipfail, {
        path: heartbeat.pingGroups.length === 0 ? ['heartbeat'] : ['heartbeat', 'ipfail'],
        message: heartbeat.pingGroups.length === 0 ? 'heartbeat has no ping node' : 'ipfail is off',
        fix: 'name the gateway of the service network: `ping: [192.168.0.1]`',
      }),
  },
  {
    id: 'ping-service-link',
    severity: 'warning',
    title: 'each service link has a ping node',
    reason:
      'ipfail counts ping nodes: a link that has none fails unseen, and the VIP on it stays where it is',
    explanation:
      'ipfail moves the group when one node sees fewer ping nodes than the other. A ping node on another link says nothing about this one; and a ping_group counts as seen while any of its addresses answers, so a group over two links hides the loss of either (ha.cf, ping_group).',
    check: cluster =>
      cluster.heartbeat.pingGroups.length === 0 || !cluster.heartbeat.ipfail
        ? []
        : unwatched(cluster).map(link => ({
            path: ['heartbeat', 'ping'],
            message: `no ping node, and no group of them alone, lies in the network of ${link}, which has a VIP`,
            fix: `add one that both nodes reach over ${link}: its gateway, or a switch`,
          })),
  },
  {
    id: 'bcast-no-broadcast',
    severity: 'error',
    title: 'heartbeats are broadcast where there is a broadcast address',
    reason: 'a network of /31 or /32 has none, and no heartbeat arrives',
    explanation:
      'heartbeat asks the interface for its broadcast address (SIOCGIFBRDADDR) and sends there. Point-to-point networks have none (RFC 3021). ucast needs none.',
    check: ({ heartbeat, nodes }) =>
      heartbeat.media.flatMap(medium => {
        if (medium.kind !== 'bcast') return []
        const narrow = nodes.find(({ links }) => (links[medium.link]?.prefix ?? 0) > 30)
        return when(narrow !== undefined, {
          path: ['links', medium.link],
          message: `heartbeats are broadcast on ${medium.link}, whose network on ${narrow?.name} is a /${narrow?.links[medium.link]?.prefix}`,
          fix: 'use `medium: ucast`, the default',
        })
      }),
  },
]
