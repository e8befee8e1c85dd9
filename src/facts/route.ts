import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { look } from './looks.ts'

/** How the kernel reaches one address. */
export interface RouteFact {
  /** Interface that a packet leaves by, as `ip route get` decides it; missing when unreachable. */
  readonly nic?: string
  readonly source?: string
  readonly gateway?: string
  /** The main table has a /32 route of its own for this address. */
  readonly hasHostRoute: boolean
}

/** The route to an IPv4 address, by `ip -j route` (iproute2). */
export function routeTo(address: string): Probe<RouteFact> {
  return {
    id: `route:${address}`,
    script: [
      `ip -j -4 route show table main ${quote(`${address}/32`)} || { echo 'ip route failed'; exit 1; }`,
      'echo; echo ---',
      `ip -j -4 route get ${quote(address)} 2>/dev/null || :`,
    ].join('\n'),
    parse: ({ stdout }) => parseRoute(stdout),
    deadlineMs: 60_000,
    maxBytes: 16_384,
  }
}

/**
 * The address that our own SSH connection comes from, as the node sees it. sudo drops
 * SSH_CONNECTION, so it is looked for in the environments of this shell's ancestors (proc(5)).
 * Absent when no ancestor came by SSH.
 */
export const controllerAddress: Probe<string> = {
  id: 'controller-address',
  ...look(
    [
      `if [ -n "\${SSH_CONNECTION:-}" ]; then printf '%s\\n' "\${SSH_CONNECTION%% *}"; return 0; fi`,
      'pid=$$',
      'while [ "$pid" -gt 1 ]; do',
      `  found=$(tr '\\0' '\\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=\\([^ ]*\\) .*/\\1/p')`,
      `  if [ -n "$found" ]; then printf '%s\\n' "$found"; return 0; fi`,
      '  parent=',
      '  while read -r key value; do [ "$key" = PPid: ] && parent=$value && break; done <"/proc/$pid/status"',
      '  [ -n "$parent" ] || return 1',
      '  pid=$parent',
      'done',
      `return ${exitAbsent}`,
    ].join('\n'),
  ),
  // An IPv4 address comes mapped where sshd listens on :: (RFC 4291, 2.5.5.2).
  parse: ({ stdout }) => present(stdout.trim().replace(/^::ffff:/, '')),
  deadlineMs: 60_000,
  maxBytes: 4096,
}

function parseRoute(stdout: string): Fact<RouteFact> {
  const [own = '', way = ''] = stdout.split(/^---$/m)
  const ownRoutes = routesIn(own)
  const [best] = routesIn(way) ?? []
  if (ownRoutes === undefined) return unknown('ip route printed something other than JSON')
  return present({
    ...(best?.dev !== undefined && { nic: best.dev }),
    ...(best?.prefsrc !== undefined && { source: best.prefsrc }),
    ...(best?.gateway !== undefined && { gateway: best.gateway }),
    hasHostRoute: ownRoutes.length > 0,
  })
}

interface IpRoute {
  readonly dev?: string
  readonly prefsrc?: string
  readonly gateway?: string
}

/** The routes of a JSON list; no text is no routes. */
function routesIn(text: string): readonly IpRoute[] | undefined {
  try {
    return text.trim() === '' ? [] : (JSON.parse(text) as IpRoute[])
  } catch {
    return undefined
  }
}
