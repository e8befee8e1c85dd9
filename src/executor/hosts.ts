import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { HostAddress, Transport } from '../core/transport.ts'
import { openSession, type Session } from './session.ts'

/** The hosts of a run: who answers, who does not and why. */
export interface OpenHosts {
  /** By host name. A host whose link breaks moves to `failures`. */
  readonly sessions: ReadonlyMap<string, Session>
  readonly failures: ReadonlyMap<string, NfshaError>
  /** Serial round trips so far: one for connecting, one for each exchange with any number of hosts at once. */
  roundTrips(): number
  /** Counts an exchange and lets it happen. For the executor's own use. */
  exchange<T>(work: () => Promise<T>): Promise<T>
  /** Notes that a host's link is gone. For the executor's own use. */
  lose(host: string, error: NfshaError): void
  /** Connects again to a host that was lost; errors are the transport's. For the executor's own use. */
  reopen(host: string, signal: AbortSignal): Promise<Session>
  /** Ends all sessions and the transport. Never throws. */
  close(): Promise<void>
}

export interface OpenOptions {
  readonly transport: Transport
  readonly hosts: readonly HostAddress[]
  readonly events: EventSink
  readonly signal: AbortSignal
}

/** Connects to all hosts at the same time. A host that fails is in `failures`; nothing throws for it. */
export async function openHosts({ transport, hosts, events, signal }: OpenOptions): Promise<OpenHosts> {
  const sessions = new Map<string, Session>()
  const failures = new Map<string, NfshaError>()
  let trips = 1

  await Promise.all(
    hosts.map(async host => {
      const startedAt = performance.now()
      events({ type: 'host-connecting', host: host.name })
      try {
        const session = await openSession(transport, host, signal)
        sessions.set(host.name, session)
        events({ type: 'host-connected', host: host.name, durationMs: performance.now() - startedAt })
      } catch (cause) {
        const error = asNfshaError(cause, host.name)
        failures.set(host.name, error)
        events({ type: 'host-failed', host: host.name, message: error.message })
      }
    }),
  )

  return {
    sessions,
    failures,
    roundTrips: () => trips,
    exchange: work => {
      trips += 1
      return work()
    },
    lose: (host, error) => {
      sessions.delete(host)
      failures.set(host, error)
    },
    reopen: async (name, again) => {
      const host = hosts.find(each => each.name === name)
      if (host === undefined) throw new TypeError(`${name} is not among the hosts of this run`)
      const session = await openSession(transport, host, again)
      failures.delete(name)
      sessions.set(name, session)
      return session
    },
    close: async () => {
      await Promise.all([...sessions.values()].map(session => session.close()))
      await transport.close()
    },
  }
}

/** The error itself when it is ours, else one that says where it happened. */
export function asNfshaError(cause: unknown, host: string): NfshaError {
  if (cause instanceof NfshaError) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  return new NfshaError('unreachable', `${host}: ${text}`, `see that ${host} is up, and try again`, { cause })
}
