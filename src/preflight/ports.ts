import type { Cluster } from '../core/cluster.ts'
import { firewall, isAccepted } from '../facts/firewall.ts'
import { type Listener, listeners } from '../facts/listener.ts'
import { defineCheck, type Finding, fail, notKnown, ok, orOk, warn } from './check.ts'

/** A port of the cluster, and whose sockets may be there: a program's, or the kernel's (empty). */
interface OwnPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  readonly use: string
  readonly programs: readonly string[]
}

/** Ports that the cluster listens on, each once. */
export function portsOf({ heartbeat, volumes, nfs }: Cluster): readonly OwnPort[] {
  const mcastPorts = heartbeat.media.flatMap(medium => (medium.kind === 'mcast' ? [medium.port] : []))
  const overUdp = heartbeat.media.some(({ kind }) => kind === 'ucast' || kind === 'bcast')
  const udpPorts = [...new Set([...(overUdp ? [heartbeat.udpPort] : []), ...mcastPorts])]
  const both = (port: number, use: string, programs: readonly string[]): readonly OwnPort[] => [
    { protocol: 'tcp', port, use, programs },
    { protocol: 'udp', port, use, programs },
  ]
  return [
    ...udpPorts.map(port => ({ protocol: 'udp' as const, port, use: 'heartbeat', programs: ['heartbeat'] })),
    ...volumes.map(({ name, port }) => ({
      protocol: 'tcp' as const,
      port,
      use: `DRBD ${name}`,
      programs: [''],
    })),
    { protocol: 'tcp', port: 2049, use: 'NFS', programs: [''] },
    ...(nfs.v3
      ? [
          ...both(111, 'rpcbind', ['rpcbind', 'systemd']),
          ...both(nfs.mountdPort, 'mountd', ['rpc.mountd']),
          ...both(nfs.statdPort, 'statd', ['rpc.statd']),
          ...both(nfs.lockdPort, 'lockd', ['']),
        ]
      : []),
  ]
}

/** Ports free, or held by what they are for. */
export const ports = defineCheck({
  id: 'ports',
  reads: () => ({ listeners }),
  look({ cluster, node }, { listeners }) {
    if (listeners.state !== 'present') return [notKnown('the listening sockets', listeners)]
    const findings = portsOf(cluster).flatMap(own => {
      const strangers = listeners.value.filter(
        found => isAt(own, found) && !own.programs.includes(found.program),
      )
      return strangers.map(({ program }) =>
        fail(
          `port ${own.port}/${own.protocol} (${own.use}) is taken by ${program || 'the kernel'}`,
          `find it on ${node.name} (ss -${own.protocol === 'tcp' ? 't' : 'u'}lnp 'sport = :${own.port}'), stop it, or choose another port in the inventory`,
        ),
      )
    })
    return orOk(findings, `ports ${portNames(portsOf(cluster))} are free or ours`)
  },
})

function isAt(own: OwnPort, found: Listener): boolean {
  return found.protocol === own.protocol && found.port === own.port
}

function portNames(ports: readonly Pick<OwnPort, 'port' | 'protocol'>[]): string {
  return ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ')
}

/** A packet filter that turns packets away must let the cluster's ports in. */
export const firewallOpen = defineCheck({
  id: 'firewall',
  reads: () => ({ firewall }),
  look({ cluster }, { firewall: fact }): readonly Finding[] {
    if (fact.state === 'unknown') return [notKnown('the packet filter', fact, 'look at `nft list ruleset`')]
    if (fact.state === 'absent') return [ok('no packet filter turns packets away')]
    const shut = portsOf(cluster).filter(({ protocol, port }) => !isAccepted(fact.value, protocol, port))
    if (shut.length === 0) return [ok('the packet filter lets the ports of the cluster in')]
    const rules = ['tcp', 'udp'].flatMap(protocol => {
      const own = shut.filter(port => port.protocol === protocol).map(({ port }) => port)
      return own.length === 0 ? [] : [`${protocol} dport { ${own.join(', ')} } accept`]
    })
    return [
      warn(
        `a packet filter is in use, and no rule names ${portNames(shut)}`,
        `unless a rule lets these links in as a whole, add to the input chain: ${rules.join('; ')}`,
      ),
    ]
  },
})
