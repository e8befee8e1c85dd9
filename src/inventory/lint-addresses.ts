import type { Cluster } from '../core/cluster.ts'
import { type Hit, type LintRule, when } from './lint-rule.ts'
import type { DataPath } from './problem.ts'
import { contains, hostFlaw, networkOf } from './text.ts'

interface Claim {
  readonly address: string
  readonly who: string
  readonly path: DataPath
}

function nodeClaims({ nodes }: Cluster): readonly Claim[] {
  return nodes.flatMap(node =>
    Object.entries(node.links).map(([link, { address }]) => ({
      address,
      who: `${node.name} on ${link}`,
      path: ['nodes', node.name, 'links', link],
    })),
  )
}

function vipClaims({ vips }: Cluster): readonly Claim[] {
  return vips.map(({ address }, index) => ({ address, who: 'a VIP', path: ['vips', index] }))
}

function pingClaims({ heartbeat }: Cluster): readonly Claim[] {
  return heartbeat.pingGroups.flatMap((group, index) =>
    group.map((address, place) => ({
      address,
      who: 'a ping node',
      path: group.length === 1 ? ['heartbeat', 'ping', index] : ['heartbeat', 'ping', index, place],
    })),
  )
}

/** Why an address outside the pair cannot be a host's, alone or in the network of a link. */
function strangerFlaw({ nodes: [{ links }] }: Cluster, address: string): string | undefined {
  const networks = Object.values(links).filter(end => contains(end, address))
  return [32, ...networks.map(({ prefix }) => prefix)]
    .map(prefix => hostFlaw({ address, prefix }))
    .find(flaw => flaw !== undefined)
}

/** Claims whose address somebody before them has. */
function taken(claims: readonly Claim[]): readonly { claim: Claim; owner: Claim }[] {
  return claims.flatMap((claim, index) => {
    const owner = claims.slice(0, index).find(each => each.address === claim.address)
    return owner === undefined ? [] : [{ claim, owner }]
  })
}

/** Rules over addresses: who has which, and in which network. */
export const addressRules: readonly LintRule[] = [
  {
    id: 'duplicate-address',
    severity: 'error',
    title: 'every address belongs to one interface',
    reason: 'two owners of an address answer in turns',
    explanation:
      'An address of a node appears twice: on two links, on both nodes, or as a ping node. Heartbeat drops ucast packets to an own address, and a ping node must be outside the pair, or it says nothing about the network.',
    check: cluster =>
      taken([...nodeClaims(cluster), ...pingClaims(cluster)]).map(({ claim, owner }) => ({
        path: claim.path,
        message: `${claim.address} of ${claim.who} is the address of ${owner.who} already`,
        fix: 'give each its own address',
      })),
  },
  {
    id: 'vip-taken',
    severity: 'error',
    title: "a VIP is nobody's own address",
    reason: 'it floats; an address that a host keeps cannot',
    explanation:
      'The VIP is added to the active node and removed from the passive one. If it is also a configured address of a node, a ping node, or listed twice, two hosts answer for it, or releasing it cuts a node off.',
    check: cluster =>
      taken([...nodeClaims(cluster), ...pingClaims(cluster), ...vipClaims(cluster)])
        .filter(({ claim }) => claim.who === 'a VIP')
        .map(({ claim, owner }) => ({
          path: claim.path,
          message: `the VIP ${claim.address} is the address of ${owner.who} already`,
          fix: 'choose a free address of the service network',
        })),
  },
  {
    id: 'vip-network',
    severity: 'error',
    title: 'each VIP lies in the network of its service link',
    reason: 'neither clients nor the gateway would find it on that interface',
    explanation:
      'The VIP is added to the interface of its service link with the prefix given. Outside that network there is no route back to clients through it, and nobody asks for it by ARP there.',
    check: ({ vips, nodes }) =>
      vips.flatMap((vip, index) => {
        const strangers = nodes.filter(node => {
          const end = node.links[vip.link]
          // A /32 stands for itself and is fine.
          return end === undefined || !contains(end, vip.address) || ![32, end.prefix].includes(vip.prefix)
        })
        const [first] = strangers
        if (first === undefined) return []
        const end = first.links[vip.link]
        const network = end === undefined ? 'the service network' : `${end.network}/${end.prefix}`
        return [
          {
            path: ['vips', index],
            message: `the VIP ${vip.address}/${vip.prefix} does not lie in ${network}, the network of ${vip.link} on ${first.name}`,
            fix: `choose a free address of ${network}`,
          },
        ]
      }),
  },
  {
    id: 'address-not-host',
    severity: 'error',
    title: 'addresses are those of hosts',
    reason: 'the first and last address of a network are its own and its broadcast',
    explanation:
      'An interface can carry such an address, and then much of the traffic to it goes elsewhere. As a ping node, one of loopback always answers and one of a network never, or all its hosts do.',
    check: cluster => [
      ...pingClaims(cluster).flatMap(({ address, path }) => {
        const flaw = strangerFlaw(cluster, address)
        const message = `the ping node ${address} ${flaw}`
        return flaw === undefined
          ? []
          : [{ path, message, fix: 'name a machine outside the pair: the gateway' }]
      }),
      ...[
        ...cluster.nodes.flatMap(node =>
          Object.entries(node.links).map(([link, end]) => ({
            end,
            path: ['nodes', node.name, 'links', link],
          })),
        ),
        ...cluster.vips.map((end, index) => ({ end, path: ['vips', index] })),
      ].flatMap(({ end, path }) => {
        const flaw = hostFlaw(end)
        const message = `${end.address}/${end.prefix} ${flaw}`
        return flaw === undefined ? [] : [{ path, message, fix: 'choose an address in between' }]
      }),
    ],
  },
  {
    id: 'link-networks',
    severity: 'warning',
    title: 'both ends of a link are in one network',
    reason: 'traffic between the nodes then goes through a gateway, which can fail with everything else well',
    explanation:
      'ucast heartbeats and DRBD can be routed, but then a router is a single point of failure between the nodes, and no host route can be set. bcast does not cross it at all.',
    check: ({ links, nodes: [first, second], heartbeat }) =>
      links.flatMap(({ name }): readonly Hit[] => {
        const [own, other] = [first.links[name], second.links[name]]
        if (own === undefined || other === undefined) return []
        const cannotRoute = heartbeat.media.some(
          medium => medium.kind !== 'serial' && medium.kind !== 'ucast' && medium.link === name,
        )
        return when(own.network !== other.network || own.prefix !== other.prefix, {
          path: ['nodes', second.name, 'links', name],
          message: `on ${name}, ${other.address}/${other.prefix} of ${second.name} and ${own.address}/${own.prefix} of ${first.name} are not in one network`,
          fix: 'give both an address of one network, with one prefix',
          severity: cannotRoute ? 'error' : 'warning',
        })
      }),
  },
  {
    id: 'overlapping-links',
    severity: 'warning',
    title: 'links have networks of their own',
    reason: 'with one network on two interfaces the kernel sends everything through one of them',
    explanation:
      'Two links of a node in one network look redundant and are not: the routing table uses one of them for both, and ARP may answer on the wrong one (arp_ignore). Pulling that one cable takes both links away.',
    check: ({ links, nodes: [node] }) =>
      links.flatMap(({ name }, index) =>
        links.slice(0, index).flatMap(earlier => {
          const [own, other] = [node.links[name], node.links[earlier.name]]
          if (own === undefined || other === undefined) return []
          const narrower = { address: own.address, prefix: Math.min(own.prefix, other.prefix) }
          return when(networkOf(narrower) === networkOf({ ...narrower, address: other.address }), {
            path: ['nodes', node.name, 'links', name],
            message: `the networks of ${name} and ${earlier.name} overlap`,
            fix: 'give each link a network of its own',
          })
        }),
      ),
  },
  {
    id: 'ssh-host-is-vip',
    severity: 'error',
    title: 'no host is reached through a VIP',
    reason: 'the VIP is now on one node and now on the other',
    explanation:
      'nfsha would configure whichever node has the VIP under the name of another. Use an address that stays, or a jump host.',
    check: ({ nodes, clients, vips }) =>
      [...nodes, ...clients].flatMap(host =>
        when(
          vips.some(vip => vip.address === host.ssh.host),
          {
            path: [host.kind === 'node' ? 'nodes' : 'clients', host.name, 'ssh'],
            message: `${host.name} is reached through the VIP ${host.ssh.host}`,
            fix: "write the host's own address",
          },
        ),
      ),
  },
]
