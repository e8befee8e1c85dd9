import ipaddr from 'ipaddr.js'
import type { Export } from '../core/cluster.ts'
import type { MountdFact } from './mountd.ts'

/**
 * Whether a client of exports(5) is for this IPv4 address: `*`, an address, a network, or a name whose
 * addresses are in `names`. Undefined where only the server can tell: other names, wildcards, netgroups.
 */
export function admits(match: string, address: string, names: MountdFact['names'] = {}): boolean | undefined {
  if (match === '*') return true
  if (/^@|[*?[]/.test(match)) return undefined
  if (match.includes('/')) return contains(match, address)
  if (ipaddr.isValid(match)) return match === address
  return names[match.toLowerCase()]?.includes(address)
}

/** Whether an export is for this IPv4 address, as far as the inventory alone tells. */
export function surelyAdmits({ clients }: Export, address: string): boolean {
  return clients.some(({ match }) => admits(match, address) === true)
}

function contains(network: string, address: string): boolean {
  const [base = '', length = ''] = network.split('/')
  if (![base, address].every(each => ipaddr.IPv4.isValidFourPartDecimal(each)) || length === '') return false
  const bits = length.includes('.')
    ? (ipaddr.IPv4.parse(length).prefixLengthFromSubnetMask() ?? -1)
    : Number.parseInt(length, 10)
  return bits >= 0 && bits <= 32 && ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(base), bits)
}
