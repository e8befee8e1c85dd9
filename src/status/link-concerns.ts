import type { Cluster } from '../core/cluster.ts'
import { peerOf } from '../core/cluster.ts'
import type { HostFacts } from '../core/fact.ts'
import { answerTo } from '../facts/group.ts'
import { routeTo } from '../facts/route.ts'
import type { Concern, NodeStatus } from './status.ts'

/** Interfaces that are not as the inventory says; what carries heartbeat and DRBD shows it first here. */
export function nicConcerns({ name, links }: NodeStatus): readonly Concern[] {
  const texts = {
    down: (nic: string) => `${nic} has no carrier, or is not set up`,
    missing: (nic: string) => `there is no interface ${nic}`,
    'no address': (nic: string, address: string) => `${nic} does not have ${address}`,
  } as const
  return links.flatMap(({ name: link, nic, address, state }) =>
    state === 'up' || state === 'unknown'
      ? []
      : [{ host: name, text: `link ${link}: ${texts[state](nic, address)}` }],
  )
}

/** The node does not answer where it should. */
export function detourConcern({ name, detour }: NodeStatus): readonly Concern[] {
  if (detour === undefined) return []
  const { through, address } = detour
  return [
    { host: name, text: `does not answer at its own SSH address; reached through ${through} at ${address}` },
  ]
}

/** Silent links. Both nodes see a cut one; a dead peer makes all silent, which is said already. */
export function linkConcerns(cluster: Cluster, { name, heartbeat }: NodeStatus): readonly Concern[] {
  const peer = peerOf(cluster, name).name
  return heartbeat.links
    .filter(({ to, up }) => !up && !(to === peer.toLowerCase() && heartbeat.peer === 'dead'))
    .map(({ to, medium }) => ({
      host: name,
      text: to === medium ? `does not reach the ping node ${to}` : `hears nothing from ${to} over ${medium}`,
    }))
}

/** Host routes that are gone, or go another way: what is for the peer may leave by another link. */
export function routeConcerns({ hostRoutes }: Cluster, host: string, facts: HostFacts): readonly Concern[] {
  return (hostRoutes[host] ?? []).flatMap(({ destination, nic }) => {
    const fact = answerTo(facts, routeTo(destination))
    if (fact.state !== 'present' || (fact.value.hasHostRoute && fact.value.nic === nic)) return []
    const way = fact.value.nic === undefined ? 'nothing leads there' : `it goes by ${fact.value.nic}`
    return [
      {
        host,
        text: `the host route to ${destination} over ${nic} is lost: ${way}`,
        next: `systemctl restart nfsha-routes on ${host}; what takes it away: \`nfsha check\``,
      },
    ]
  })
}
