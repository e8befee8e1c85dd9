import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** A socket that waits for peers. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Program that holds it; empty for sockets of the kernel (nfsd, lockd, DRBD). */
  readonly program: string
}

/** Listening TCP and bound UDP sockets, each once, by `ss -Hltunp` (iproute2). */
export const listeners: Probe<readonly Listener[]> = {
  id: 'listeners',
  script: 'ss -Hltunp',
  parse: ({ stdout }) => present(parseListeners(stdout)),
  deadlineMs: 60_000,
  maxBytes: 262_144,
}

/** Lines such as `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))`. */
function parseListeners(stdout: string): readonly Listener[] {
  const found = new Map<string, Listener>()
  for (const line of stdout.split('\n')) {
    const [protocol, , , , local = '', , users = ''] = line.split(/\s+/)
    const port = Number(/:(\d+)$/.exec(local)?.[1])
    if ((protocol !== 'tcp' && protocol !== 'udp') || !Number.isInteger(port)) continue
    const program = /\(\("([^"]+)"/.exec(users)?.[1] ?? ''
    found.set(`${protocol}/${port}/${program}`, { protocol, port, program })
  }
  return [...found.values()].sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1))
}
