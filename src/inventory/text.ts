import ipaddr from 'ipaddr.js'

/*
 * The small languages inside an inventory's values: times, sizes, addresses, paths. Each parser takes
 * text and returns the value or a flaw: what is wrong and what to write instead. No zod here.
 */

/** What is wrong with a text, and what to write instead. */
export interface Flaw {
  readonly flaw: string
  readonly hint: string
}

export type Parsed<T> = { readonly value: T } | Flaw

/** A network address as written: IPv4, bits of its prefix. */
export interface Cidr {
  readonly address: string
  readonly prefix: number
}

const unitsInMs: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, min: 60_000, h: 3_600_000 }

/**
 * A time as ha.cf(5) writes it: `10`, `1.5`, `10s`, `500ms`; `2min` and `1h` too. A plain number is
 * seconds. Milliseconds come back, whole ones.
 */
export function parseDuration(text: string): Parsed<number> {
  const hint = 'write seconds as 10, 1.5 or 10s, milliseconds as 500ms'
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h)?$/.exec(text.trim())
  const unit = unitsInMs[match?.[2] ?? '']
  if (match?.[1] === undefined || unit === undefined) return { flaw: `"${text}" is not a time`, hint }
  // Through a rounded product, so that 2.3 s is 2300 ms and not 2299.9999.
  const ms = Number((Number(match[1]) * unit).toFixed(6))
  if (!Number.isSafeInteger(ms)) return { flaw: `"${text}" is not a whole number of milliseconds`, hint }
  return { value: ms }
}

const binaryUnits: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** A size in bytes: `0`, `512k`, `10M`, `1G`, powers of 1024 as drbd.conf(5) counts; `plain` is the bytes in a number without a unit. */
export function parseSize(text: string, plain = 1): Parsed<number> {
  const match = /^(\d+)\s*([kmg])?(?:i?b)?$/i.exec(text.trim())
  const unit = match?.[2] === undefined ? plain : binaryUnits[match[2].toLowerCase()]
  const bytes = match === null || unit === undefined ? Number.NaN : Number(match[1]) * unit
  if (!Number.isSafeInteger(bytes)) {
    return { flaw: `"${text}" is not a size`, hint: 'write a whole number with K, M or G, as 512K or 100M' }
  }
  return { value: bytes }
}

/** An IPv4 address in its four-part form, and no other: 10.1 and 010.0.0.1 mean different things to different programs. */
export function parseAddress(text: string): Parsed<string> {
  if (/^(dhcp|auto)$/i.test(text)) {
    return {
      flaw: `"${text}" is no address, and one that changes is not possible: ha.cf, drbd.conf and the host routes name it`,
      hint: 'write the fixed IPv4 address, or the one that the DHCP server reserves for this host for good',
    }
  }
  if (text.includes(':') && ipaddr.IPv6.isValid(text)) {
    return {
      flaw: `"${text}" is an IPv6 address, which nfsha does not support`,
      hint: 'use IPv4 addresses throughout: links, VIPs, ping nodes and exports',
    }
  }
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) || /(^|\.)0\d/.test(text)) {
    return {
      flaw: `"${text}" is not an IPv4 address`,
      hint: 'write four numbers of 0 to 255, as 192.168.0.210',
    }
  }
  return { value: text }
}

/** An address with its network's prefix: `192.168.0.210/24`. */
export function parseCidr(text: string): Parsed<Cidr> {
  const [head = '', tail, ...rest] = text.split('/')
  const address = parseAddress(head)
  if ('flaw' in address) return address
  const prefix = tail !== undefined && /^\d{1,2}$/.test(tail) ? Number(tail) : Number.NaN
  if (rest.length > 0 || !(prefix >= 1 && prefix <= 32)) {
    const hint = `write the address with its network's prefix, 1 to 32, as ${address.value}/24`
    return { flaw: `"${text}" has no ${tail === undefined ? '' : 'valid '}prefix length`, hint }
  }
  return { value: { address: address.value, prefix } }
}

/** A VIP, with or without a prefix. */
export function parseVip(text: string): Parsed<{ address: string; prefix: number | undefined }> {
  if (text.includes('/')) return parseCidr(text)
  const parsed = parseAddress(text)
  return 'flaw' in parsed ? parsed : { value: { address: parsed.value, prefix: undefined } }
}

/** A TCP endpoint: `192.168.0.53:53`. */
export function parseTcpAddress(text: string): Parsed<{ address: string; port: number }> {
  const [, head = '', tail = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? []
  const address = parseAddress(head)
  const port = Number(tail)
  if ('flaw' in address || port < 1 || port > 65_535)
    return { flaw: `"${text}" is not an address and a port`, hint: 'write them as 192.168.0.53:53' }
  return { value: { address: address.value, port } }
}

/** A multicast address of 224.0.0.0 to 239.255.255.255, all that heartbeat takes, but of those with a meaning (RFC 5771). */
export function parseMulticast(text: string): Parsed<string> {
  const parsed = parseAddress(text)
  if ('flaw' in parsed) return parsed
  const hint = 'choose one of 239.0.0.0/8, for private use'
  if (!contains({ address: '224.0.0.0', prefix: 4 }, parsed.value))
    return { flaw: `"${text}" is not a multicast address`, hint }
  if (contains({ address: '224.0.0.0', prefix: 24 }, parsed.value))
    return { flaw: `"${text}" belongs to routing protocols (224.0.0.0/24, RFC 5771)`, hint }
  return parsed
}

/** The network's own address: 192.168.0.0 of 192.168.0.210/24. */
export function networkOf({ address, prefix }: Cidr): string {
  return ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`).toString()
}

/** Whether an address lies in a network. Anything that is not IPv4 lies in none. */
export function contains(network: Cidr, address: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return false
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(network.address), network.prefix)
}

const notOfHosts: readonly string[] = ['multicast', 'loopback', 'unspecified', 'broadcast']

/** Why an address cannot be a host's: it is its network's own or broadcast address, or of no host at all. */
export function hostFlaw(cidr: Cidr): string | undefined {
  const range = ipaddr.IPv4.parse(cidr.address).range()
  if (notOfHosts.includes(range)) return `is ${range === 'unspecified' ? 'an' : 'a'} ${range} address`
  if (cidr.prefix >= 31) return undefined
  if (cidr.address === networkOf(cidr)) return 'is the address of the network itself'
  const broadcast = ipaddr.IPv4.broadcastAddressFromCIDR(`${cidr.address}/${cidr.prefix}`).toString()
  return cidr.address === broadcast ? 'is the broadcast address of its network' : undefined
}

/** Characters that one of the languages a path is written into (sh, exports(5), systemd, nfs.conf) would take for its own. */
const unfitForPaths = /[\p{Cc}"'\\`$,()#*?[\]{}|&;<>!%]/u

/** White space that is no blank, and what is not seen at all: it would not be typed again. */
const unseen = /[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

/** A name in a directory: ext4(5), xfs(5). A path: what NFS 3 mounts (1024, RFC 1813), and room for ours below it. */
const [mostOfPart, mostOfPath] = [255, 1000]

/** An absolute path without `.`, `..` or empty parts; spaces are fine. */
export function parsePath(text: string): Parsed<string> {
  const path = text.length > 1 ? text.replace(/\/+$/, '') : text
  if (path === '/') return { value: path }
  if (!path.startsWith('/')) return { flaw: `"${text}" is not an absolute path`, hint: 'begin it with /' }
  const unfit = unfitForPaths.exec(path)
  if (unfit !== null) {
    return {
      flaw: `"${text}" contains ${JSON.stringify(unfit[0])}, which exports(5), sh or systemd would take for their own`,
      hint: 'choose a path of letters, digits, spaces and any of . _ - + = @ : ~',
    }
  }
  const hidden = unseen.exec(path)?.[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
  if (hidden !== undefined)
    return {
      flaw: `"${text}" contains U+${hidden}, which looks like a blank or like nothing`,
      hint: 'use the plain blank, or none',
    }
  if (path.endsWith(' '))
    return {
      flaw: `"${text}" ends with a blank, which systemd and nfs.conf(5) cut off`,
      hint: 'leave the last blank out',
    }
  const parts = path.slice(1).split('/')
  if (parts.some(part => part === '.' || part === '..' || part === ''))
    return { flaw: `"${text}" has empty, "." or ".." parts`, hint: 'write the path as `realpath` prints it' }
  if (parts.some(part => Buffer.byteLength(part) > mostOfPart) || Buffer.byteLength(path) > mostOfPath)
    return {
      flaw: `"${text}" is too long for a file system or for NFS`,
      hint: `choose a path of at most ${mostOfPath} bytes, ${mostOfPart} between two slashes`,
    }
  return { value: path }
}

/** The directory above: `/` for `/data`. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/** The path itself or something below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}
