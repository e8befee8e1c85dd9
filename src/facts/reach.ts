import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'

/** Whether an address answers an echo request. */
export interface ReachFact {
  readonly answers: boolean
  /** An unfragmented packet of the asked size came back; only where a size was asked for. */
  readonly takesFullSize: boolean
}

/** IPv4 header and ICMP header, bytes (RFC 791, RFC 792): what a packet has besides ping's payload. */
const headerBytes = 28

/**
 * Pings an address, over an interface and with an unfragmented packet of `mtu` bytes where these are
 * given (ping(8) of iputils: `-I`, `-M do`, `-s`).
 */
export function reach(address: string, over?: { nic: string; mtu: number }): Probe<ReachFact> {
  const ping = quoteArgv(['ping', '-n', '-q', '-c', '1', '-W', '2', ...(over ? ['-I', over.nic] : [])])
  const to = quoteArgv([address])
  return {
    id: `reach:${address}${over ? `:${over.nic}:${over.mtu}` : ''}`,
    script: [
      `command -v ping >/dev/null || { echo 'ping is not installed'; exit 1; }`,
      ...(over
        ? [
            `case $(ping -V) in *iputils*) ;; *) echo 'ping is not that of iputils'; exit 1 ;; esac`,
            `if ${ping} -M 'do' -s ${over.mtu - headerBytes} ${to} >/dev/null 2>&1; then echo full; exit 0; fi`,
          ]
        : []),
      `if ${ping} ${to} >/dev/null 2>&1; then echo small; else echo none; fi`,
    ].join('\n'),
    parse: ({ stdout }) => parseReach(stdout.trim()),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}

function parseReach(answer: string): Fact<ReachFact> {
  if (!['full', 'small', 'none'].includes(answer)) return unknown(answer)
  return present({ answers: answer !== 'none', takesFullSize: answer === 'full' })
}
