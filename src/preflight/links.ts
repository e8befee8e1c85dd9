import type { Cluster } from '../core/cluster.ts'
import type { Fact } from '../core/fact.ts'
import { factValue } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { interfaces } from '../facts/interface.ts'
import { type ReachFact, reach } from '../facts/reach.ts'
import { vipsHeld } from '../facts/vip.ts'
import { type VipUser, vipUser } from '../facts/vip-user.ts'
import { defineCheck, type Finding, fail, notKnown, ok, type Subject, warn } from './check.ts'

/** Interfaces and addresses are the administrator's: nfsha says what is missing, and how to make it. */
export const links = defineCheck({
  id: 'links',
  reads: () => ({ interfaces }),
  look({ cluster, node }, { interfaces }) {
    if (interfaces.state !== 'present') return [notKnown('the interfaces', interfaces)]
    return cluster.links.flatMap((link): readonly Finding[] => {
      const end = node.links[link.name]
      if (end === undefined) return []
      const wanted = `${end.address}/${end.prefix}`
      const found = interfaces.value[end.nic]
      if (found === undefined)
        return [
          fail(
            `link ${link.name}: there is no interface ${end.nic}; there are ${Object.keys(interfaces.value).join(', ')}`,
            `name the right interface for ${node.name} in the inventory, or plug it in`,
          ),
        ]
      if (!found.addresses.includes(wanted))
        return [
          fail(
            `link ${link.name}: ${end.nic} does not have ${wanted}; it has ${found.addresses.join(', ') || 'no IPv4 address'}`,
            `on ${node.name}: ip addr add ${wanted} dev ${end.nic}; ip link set ${end.nic} up; and keep it over reboots (/etc/network/interfaces, netplan or networkd)`,
          ),
        ]
      if (isBroadcast(cluster, link.name) && found.lacksBroadcast?.includes(wanted) === true)
        return [
          fail(
            `link ${link.name}: ${wanted} on ${end.nic} has no broadcast address, and its heartbeats are broadcast`,
            `on ${node.name}: ip addr del ${wanted} dev ${end.nic}; ip addr add ${wanted} broadcast + dev ${end.nic}; and keep it over reboots; or take another medium for ${link.name}`,
          ),
        ]
      if (!found.hasCarrier)
        return [
          fail(
            `link ${link.name}: ${end.nic} has no carrier or is down`,
            `plug its cable in, or on ${node.name}: ip link set ${end.nic} up`,
          ),
        ]
      if (found.mtu !== link.mtu)
        return [
          warn(
            `link ${link.name}: ${end.nic} has MTU ${found.mtu}, the inventory says ${link.mtu}`,
            `on ${node.name}: ip link set ${end.nic} mtu ${link.mtu}; or set the link's mtu to ${found.mtu}`,
          ),
        ]
      return [ok(`link ${link.name}: ${end.nic} is up with ${wanted}, MTU ${found.mtu}`)]
    })
  },
})

/** heartbeat asks the interface where to send (SIOCGIFBRDADDR, netdevice(7)); without an answer nothing arrives. */
function isBroadcast({ heartbeat }: Cluster, link: string): boolean {
  return heartbeat.media.some(medium => medium.kind === 'bcast' && medium.link === link)
}

/** The way to the peer's end of each link, as a question and as words. */
function waysToPeer({ cluster, node, peer }: Subject) {
  return cluster.links.flatMap(link => {
    const [mine, theirs] = [node.links[link.name], peer.links[link.name]]
    if (mine === undefined || theirs === undefined) return []
    return [{ link, address: theirs.address, probe: reach(theirs.address, { nic: mine.nic, mtu: link.mtu }) }]
  })
}

function pingNodes({ cluster }: Subject): readonly string[] {
  return [...new Set(cluster.heartbeat.pingGroups.flat())]
}

/** The peer over each link with a full-sized packet, and heartbeat's ping nodes. */
export const reachability = defineCheck({
  id: 'reach',
  reads: (subject: Subject): Record<string, Probe<ReachFact>> => ({
    ...Object.fromEntries(waysToPeer(subject).map(({ link, probe }) => [`link ${link.name}`, probe])),
    ...Object.fromEntries(pingNodes(subject).map(address => [address, reach(address)])),
  }),
  look(subject, facts) {
    const { node, peer } = subject
    const overLinks = waysToPeer(subject).map(({ link, address }): Finding => {
      const what = `${peer.name} (${address}) over link ${link.name}`
      const fact = facts[`link ${link.name}`] as Fact<ReachFact>
      if (fact.state !== 'present') return notKnown(`whether ${what} answers`, fact, 'install iputils-ping')
      if (!fact.value.answers)
        return fail(
          `${what} does not answer`,
          `check the cable, the addresses and the firewalls on both ends (on ${node.name}: ping ${address})`,
        )
      if (!fact.value.takesFullSize)
        return fail(
          `${what} answers, but not to packets of ${link.mtu} bytes`,
          `set the same MTU on both ends and on the switch between, or the link's mtu in the inventory`,
        )
      return ok(`${what} answers, packets of ${link.mtu} bytes too`)
    })
    const pings = pingNodes(subject).map((address): Finding => {
      const fact = facts[address] as Fact<ReachFact>
      if (fact.state !== 'present') return notKnown(`whether ping node ${address} answers`, fact)
      return fact.value.answers
        ? ok(`ping node ${address} answers`)
        : warn(
            `ping node ${address} does not answer`,
            'choose a ping node that always answers (the gateway): ipfail moves resources by it',
          )
    })
    return [...overLinks, ...pings]
  },
})

/** VIPs must be nobody else's. */
export const addresses = defineCheck({
  id: 'addresses',
  reads: ({ cluster, peer }: Subject) => ({
    held: vipsHeld(cluster.vips),
    interfaces,
    ...Object.fromEntries(
      cluster.vips.map(vip => [vip.address, vipUser(vip, peer.links[vip.link]?.address ?? '')]),
    ),
  }),
  look({ cluster, node }, facts, peerFacts) {
    const holders = [facts.held, peerFacts.held]
    const held = new Set(holders.flatMap(fact => factValue(fact) ?? []).map(({ address }) => address))
    const users = facts as Readonly<Record<string, Fact<VipUser>>>
    const ours = [facts.interfaces, peerFacts.interfaces]
      .flatMap(fact => Object.values(factValue(fact) ?? {}))
      .map(({ mac }) => mac)
    return cluster.vips.map(({ address }): Finding => {
      if (held.has(address)) return ok(`VIP ${address} is on a node of this cluster`)
      const fact = users[address]
      const unread = [...holders, fact].find(each => each?.state !== 'present')
      if (unread !== undefined || fact?.state !== 'present')
        return notKnown(`whether VIP ${address} is free`, unread ?? facts.held)
      const { by, mac } = fact.value
      if (by === 'nobody') return ok(`VIP ${address} is free`)
      // Read at another instant than `held`: the group is on its way.
      if (by !== 'other' || (mac !== undefined && ours.includes(mac)))
        return ok(`VIP ${address} answers from a node of this cluster`)
      const whose = mac === undefined ? 'is not seen: it is behind a router' : `has the MAC address ${mac}`
      return fail(
        `VIP ${address} answered twice, and neither node has it: another machine uses it, which ${whose}`,
        `look for that machine (ip neigh on ${node.name}, the switch) and free ${address}, or choose another VIP in the inventory`,
      )
    })
  },
})
