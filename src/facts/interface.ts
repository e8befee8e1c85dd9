import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** A network interface. */
export interface InterfaceFact {
  /** It has carrier (LOWER_UP of netdevice(7)) and is set up. */
  readonly hasCarrier: boolean
  /** Bytes. */
  readonly mtu: number
  /** The link-layer address; missing where it has none. */
  readonly mac?: string
  /** IPv4 addresses as `address/prefix`, sorted. */
  readonly addresses: readonly string[]
  /** Those of them that have no broadcast address, where there are any. */
  readonly lacksBroadcast?: readonly string[]
}

/** All interfaces by name, by `ip -j addr` (iproute2). */
export const interfaces: Probe<Readonly<Record<string, InterfaceFact>>> = {
  id: 'interfaces',
  script: 'ip -j addr show',
  parse: ({ stdout }) => parseInterfaces(stdout),
  deadlineMs: 60_000,
  maxBytes: 262_144,
}

interface IpAddress {
  readonly family?: string
  readonly local?: string
  readonly prefixlen?: number
  readonly broadcast?: string
}

interface IpLink {
  readonly ifname?: string
  readonly flags?: readonly string[]
  readonly mtu?: number
  readonly address?: string
  readonly addr_info?: readonly IpAddress[]
}

function parseInterfaces(stdout: string): Fact<Readonly<Record<string, InterfaceFact>>> {
  try {
    const links = JSON.parse(stdout) as readonly IpLink[]
    return present(Object.fromEntries(links.map(link => [link.ifname ?? '', factOf(link)])))
  } catch {
    return unknown('ip printed something other than JSON')
  }
}

function factOf({ flags = [], mtu = 0, address, addr_info = [] }: IpLink): InterfaceFact {
  const inet = addr_info.filter(({ family }) => family === 'inet')
  const lacksBroadcast = textOf(inet.filter(({ broadcast }) => broadcast === undefined))
  return {
    hasCarrier: flags.includes('UP') && flags.includes('LOWER_UP'),
    mtu,
    ...(address !== undefined && { mac: address }),
    addresses: textOf(inet),
    ...(lacksBroadcast.length > 0 && { lacksBroadcast }),
  }
}

function textOf(addresses: readonly IpAddress[]): readonly string[] {
  return addresses.map(({ local, prefixlen }) => `${local}/${prefixlen}`).sort()
}
