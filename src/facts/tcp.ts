import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/** Whether an address accepts a TCP connection on a port: true or false. bash makes it; dash cannot. */
export function acceptsTcp(address: string, port: number): Probe<boolean> {
  return {
    id: `tcp:${address}:${port}`,
    script: `if timeout -k 5 5 bash -c ': <>/dev/tcp/${address}/${port}' 2>/dev/null; then echo yes; else echo no; fi`,
    parse: ({ stdout }) => present(stdout.trim() === 'yes'),
    deadlineMs: 60_000,
    maxBytes: 64,
  }
}
