import { absent, type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'

/** Packet filter rules for what comes in. */
export interface FirewallFact {
  /** Some rule or policy turns packets away. */
  readonly filters: boolean
  /** Ports that a rule lets in, as `tcp/2049` or `udp/600-700`. */
  readonly accepted: readonly string[]
}

/**
 * The packet filter: nft's rule set as JSON (libnftables-json(5)), which has iptables-nft's rules
 * too, and the rules of iptables-legacy when its table is in use. Absent: the kernel has no filter.
 */
export const firewall: Probe<FirewallFact> = {
  id: 'firewall',
  script: [
    'found=no',
    'if command -v nft >/dev/null; then found=yes; nft -j list ruleset || exit 1; fi',
    'echo; echo ---',
    'legacy=no',
    '{ while read -r table; do [ "$table" != filter ] || legacy=yes; done </proc/net/ip_tables_names; } 2>/dev/null',
    'if [ "$legacy" = yes ]; then',
    `  command -v iptables-legacy-save >/dev/null || { echo 'iptables-legacy has rules, and nothing here can list them'; exit 1; }`,
    '  found=yes; iptables-legacy-save -t filter || exit 1',
    'fi',
    '[ "$found" = yes ] && exit 0',
    `if [ -d /sys/module/nf_tables ]; then echo 'the kernel has nf_tables loaded, and nft is not installed to list its rules'; exit 1; fi`,
    `exit ${exitAbsent}`,
  ].join('\n'),
  parse: ({ stdout }) => parseFirewall(stdout),
  deadlineMs: 60_000,
  maxBytes: 1_048_576,
}

/** Whether one of the accepted ports or ranges has this port in it. */
export function isAccepted({ accepted }: FirewallFact, protocol: string, port: number): boolean {
  return accepted.some(entry => {
    const [, kind, from = '', to = from] = /^(\w+)\/(\d+)(?:-(\d+))?$/.exec(entry) ?? []
    return kind === protocol && Number(from) <= port && port <= Number(to)
  })
}

function parseFirewall(stdout: string): Fact<FirewallFact> {
  const [json = '', legacy = ''] = stdout.split(/^---$/m)
  const nft = parseNft(json.trim())
  if (nft === undefined) return unknown('nft printed something other than JSON')
  const old = parseLegacy(legacy)
  const fact = {
    filters: nft.filters || old.filters,
    accepted: [...new Set([...nft.accepted, ...old.accepted])].sort(),
  }
  return fact.filters ? present(fact) : absent()
}

type Port = number | string | { range: readonly [number, number] } | { set: readonly Port[] }

interface NftExpression {
  readonly match?: {
    readonly left?: { readonly payload?: { readonly protocol?: string; readonly field?: string } }
    readonly right?: Port
  }
}

interface NftEntry {
  readonly chain?: {
    readonly table: string
    readonly name: string
    readonly hook?: string
    readonly policy?: string
  }
  readonly rule?: { readonly table: string; readonly chain: string; readonly expr?: readonly NftExpression[] }
}

/** Rules of tables that have a chain at the input hook; the chains that it jumps to count as well. */
function parseNft(json: string): FirewallFact | undefined {
  if (json === '') return { filters: false, accepted: [] }
  let entries: readonly NftEntry[]
  try {
    entries = (JSON.parse(json) as { nftables: readonly NftEntry[] }).nftables
  } catch {
    return undefined
  }
  const inputs = entries.flatMap(({ chain }) => (chain?.hook === 'input' ? [chain] : []))
  const tables = new Set(inputs.map(({ table }) => table))
  const rules = entries.flatMap(({ rule }) => (rule && tables.has(rule.table) ? [rule.expr ?? []] : []))
  const verdict = (expressions: readonly NftExpression[], ...names: readonly string[]) =>
    expressions.some(expression => names.some(name => name in expression))
  return {
    filters:
      inputs.some(({ policy }) => policy === 'drop') || rules.some(rule => verdict(rule, 'drop', 'reject')),
    accepted: rules.filter(rule => verdict(rule, 'accept')).flatMap(rule => rule.flatMap(portsOf)),
  }
}

function portsOf({ match }: NftExpression): readonly string[] {
  const { protocol, field } = match?.left?.payload ?? {}
  if (field !== 'dport' || match?.right === undefined) return []
  const kinds = protocol === 'th' ? ['tcp', 'udp'] : [protocol ?? '']
  return kinds.flatMap(kind => portWords(match.right ?? '').map(word => `${kind}/${word}`))
}

function portWords(port: Port): readonly string[] {
  if (typeof port !== 'object') return [String(port)]
  if ('range' in port) return [port.range.join('-')]
  return port.set.flatMap(portWords)
}

/** `:INPUT DROP [0:0]` and `-A INPUT -p tcp -m multiport --dports 22,2000:2010 -j ACCEPT`. */
function parseLegacy(text: string): FirewallFact {
  const lines = text.split('\n')
  return {
    filters: lines.some(line => /^:INPUT DROP|^-A .* -j (?:DROP|REJECT)/.test(line)),
    accepted: lines.flatMap(line => {
      const [, protocol, ports = ''] = /-p (\w+) .*--dports? (\S+) .*-j ACCEPT/.exec(line) ?? []
      return protocol === undefined
        ? []
        : ports.split(',').map(port => `${protocol}/${port.replace(':', '-')}`)
    }),
  }
}
