import { createHmac } from 'node:crypto'

/*
 * known_hosts as sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", and ssh(1) treat it. Pure.
 */

export interface KnownHost {
  /** `revoked` and `cert-authority` are the file's markers. */
  readonly marker: 'none' | 'revoked' | 'cert-authority'
  readonly patterns: string
  /** `ssh-ed25519`, `ssh-rsa`, … */
  readonly type: string
  /** The key as on the wire, base64. */
  readonly key: string
  readonly file: string
  readonly line: number
}

/** What the files say of a key that a host showed. */
export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown'; readonly onlyByAuthority: boolean }
  | { readonly kind: 'changed'; readonly known: KnownHost }
  | { readonly kind: 'revoked'; readonly known: KnownHost }

const markers = new Map([
  ['@revoked', 'revoked'],
  ['@cert-authority', 'cert-authority'],
] as const)

/** The entries of one file; lines that are no entries are passed over, as ssh(1) does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  return text.split('\n').flatMap((raw, index): KnownHost[] => {
    const words = raw.trim().split(/\s+/)
    const marker = markers.get(words[0] as '@revoked' | '@cert-authority')
    const [patterns = '', type, key] = marker === undefined ? words : words.slice(1)
    if (patterns === '' || patterns.startsWith('#') || type === undefined || key === undefined) return []
    return [{ marker: marker ?? 'none', patterns, type, key, file, line: index + 1 }]
  })
}

/** The name that a host goes by in known_hosts: `host`, or `[host]:port` for another port than 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/** Judges a key. `name` as `knownHostName` gives it; `key` is base64 of what the host showed. */
export function judgeHostKey(entries: readonly KnownHost[], name: string, key: string): HostKeyVerdict {
  const type = keyType(key)
  const mine = entriesFor(entries, name)
  const revoked = mine.find(entry => entry.marker === 'revoked' && entry.key === key)
  if (revoked !== undefined) return { kind: 'revoked', known: revoked }
  const plain = mine.filter(entry => entry.marker === 'none')
  if (plain.some(entry => entry.key === key)) return { kind: 'known' }
  // A key of another type is a change as well: the types were offered in the order of what is known.
  const other = plain.find(entry => entry.type === type) ?? plain[0]
  if (other !== undefined) return { kind: 'changed', known: other }
  return { kind: 'unknown', onlyByAuthority: mine.some(entry => entry.marker === 'cert-authority') }
}

/** The key types known for a host, so that it is asked for those first. */
export function knownTypes(entries: readonly KnownHost[], name: string): readonly string[] {
  const plain = entriesFor(entries, name).filter(entry => entry.marker === 'none')
  return [...new Set(plain.map(entry => entry.type))]
}

/** The type that a key's wire form begins with (RFC 4253, 6.6). */
export function keyType(base64Key: string): string {
  const bytes = Buffer.from(base64Key, 'base64')
  return bytes.length < 4 ? '' : bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1')
}

/** Entries for `[host]:port`; without any, ssh(1) takes those of the plain host name. */
function entriesFor(entries: readonly KnownHost[], name: string): readonly KnownHost[] {
  const exact = entries.filter(entry => matches(entry.patterns, name))
  const plainName = name.match(/^\[(.*)\]:[0-9]+$/)?.[1]
  if (exact.length > 0 || plainName === undefined) return exact
  return entries.filter(entry => matches(entry.patterns, plainName))
}

function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = patterns.split('|')
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
  }
  const list = patterns.toLowerCase().split(',')
  if (list.some(pattern => pattern.startsWith('!') && glob(pattern.slice(1), name))) return false
  return list.some(pattern => !pattern.startsWith('!') && glob(pattern, name))
}

function glob(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}
