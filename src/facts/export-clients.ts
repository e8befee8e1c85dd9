import ipaddr from 'ipaddr.js'
import type { Export } from '../core/cluster.ts'

/**
 * Whether an export is for this IPv4 address, as far as the inventory alone tells: `*`, an address,
 * or a network (exports(5)). A name or a netgroup is answered by the server only: no.
 */
export function surelyAdmits({ clients }: Export, address: string): boolean {
  return clients.some(({ match }) => match === '*' || match === address || contains(match, address))
}

function contains(network: string, address: string): boolean {
  const [base = '', length = ''] = network.split('/')
  if (!ipaddr.IPv4.isValidFourPartDecimal(base) || length === '') return false
  const bits = length.includes('.')
    ? (ipaddr.IPv4.parse(length).prefixLengthFromSubnetMask() ?? -1)
    : Number.parseInt(length, 10)
  return bits >= 0 && bits <= 32 && ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(base), bits)
}
