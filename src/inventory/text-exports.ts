import ipaddr from 'ipaddr.js'
import { type Cidr, hostFlaw, networkOf, type Parsed, parseAddress } from './text.ts'

/* The small languages of exports(5): who may mount, and fsid=. */

const clientHint = 'write a network (192.168.0.0/24), an address, a host name, @netgroup or *'

/**
 * Who may mount, exports(5), "Machine Name Formats": a network with a prefix or a netmask, an address,
 * a host name with or without wildcards, `@netgroup` or `*`.
 */
export function parseClient(text: string): Parsed<string> {
  const hint = clientHint
  const [address = '', mask, ...rest] = text.split('/')
  if (text.startsWith('-'))
    return { flaw: `"${text}" begins with "-", by which exports(5) knows default options`, hint }
  if (/^\d[\d.]*[*?[][\d.*?[\]-]*$/.test(text))
    return {
      flaw: `"${text}" matches host names, and no address: so exports(5) takes *, ? and [ ]`,
      hint: 'write the network with its prefix, as 192.168.0.0/24',
    }
  if (ipaddr.IPv6.isValid(address)) return { flaw: `"${text}" is IPv6, which nfsha does not support`, hint }
  if (address === 'gss')
    return {
      flaw: `"${text}" is how exports(5) wrote Kerberos before sec=`,
      hint: `name the clients here, and write \`options: [rw, sec=${mask || 'krb5'}]\``,
    }
  if (!/^[\d.]+$/.test(address)) {
    return /^(\*|@?[A-Za-z0-9*?[\]._-]+)$/.test(text)
      ? { value: text }
      : { flaw: `"${text}" is no client`, hint }
  }
  const isMask = mask === undefined || /^([0-9]|[12]\d|3[0-2])$/.test(mask) || isNetmask(mask)
  if ('flaw' in parseAddress(address) || !isMask || rest.length > 0)
    return { flaw: `"${text}" is not a network or an address`, hint }
  const flaw = mask === undefined ? hostFlaw({ address, prefix: 32 }) : undefined
  if (flaw === undefined) return { value: text }
  return {
    flaw: `"${text}" ${flaw}, and no client has it`,
    hint: 'write the address of a client, a network (192.168.0.0/24), or * for everybody',
  }
}

function isNetmask(text: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(text) && ipaddr.IPv4.parse(text).prefixLengthFromSubnetMask() !== null
  )
}

/** The addresses that a client stands for, as they are written: `/255.255.255.0` is `/24`, none is `/32`. Undefined for names. */
export function addressesOf(client: string): Cidr | undefined {
  const [address = '', mask = '32'] = client.split('/')
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return undefined
  const prefix = isNetmask(mask) ? ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() : Number(mask)
  return { address, prefix: prefix ?? 32 }
}

/** One spelling for each client, so that the same one is known again. */
export function canonicalClient(client: string): string {
  const cidr = addressesOf(client)
  return cidr === undefined ? client.toLowerCase() : `${networkOf(cidr)}/${cidr.prefix}`
}

/** A number that exports(5) takes for one everywhere: strtoul(3) reads a first 0 as octal. Or a UUID. */
const fsidPattern = /^([1-9]\d{0,8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** An export's fsid=: a UUID in small letters or a number, but not the one of the NFSv4 root. */
export function parseFsid(text: string): Parsed<string> {
  if (fsidPattern.test(text)) return { value: text }
  if (/^(0+|root)$/.test(text))
    return {
      flaw: `fsid ${text} makes an export the root of NFSv4: its clients would mount VIP:/, and find no path that the inventory names`,
      hint: 'leave fsid out, or give a UUID or a number from 1; clients then mount VIP:/PATH',
    }
  return {
    flaw: `"${text}" is no fsid`,
    hint: 'write a UUID in small letters, or a number from 1 without a first 0; or leave it out',
  }
}
