import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts, HostFacts } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import type { Transport } from '../core/transport.ts'
import { allUnknown, batchReader, type ProbesByHost } from './gather.ts'
import { asNfshaError } from './hosts.ts'
import { type Reached, reachHost, reachStraight, type SurveyedHost, type TakenDetour } from './reach.ts'
import type { Session } from './session.ts'

export interface SurveyOptions {
  readonly transport: Transport
  readonly hosts: readonly SurveyedHost[]
  readonly events: EventSink
  /** Ends whatever is being opened. */
  readonly signal: AbortSignal
}

/** What was found, and by which way round where the straight one did not answer. */
export interface SurveyReading {
  readonly facts: Facts
  readonly detours: Readonly<Record<string, TakenDetour>>
}

/**
 * Looks at hosts that may be in trouble. Nobody waits for another: each host is connected to and
 * asked on its own, within one limit; what it did not say by then is unknown, and the rest counts.
 */
export interface Survey {
  /** Asks all hosts; takes `limitMs` at most. Shells stay open for the next time, lost ones are opened again. */
  read(probes: ProbesByHost, limitMs: number): Promise<SurveyReading>
  /** The shell to a host, opened if need be, for what is not a probe. Errors: the transport's, `unreachable`. */
  session(host: string, limitMs: number): Promise<Session>
  /** Never throws. */
  close(): Promise<void>
}

/** Which part of the limit may go into connecting; the rest is for answers. */
const connectShare = 0.6
/** Which part of what is left is for the answer's way: a node that is slow is slow in that, too. */
const answerShare = 0.25

export function openSurvey({ transport, hosts, events, signal }: SurveyOptions): Survey {
  const reached = new Map<string, Promise<Reached>>()
  const straights = new Map<string, Promise<Session>>()

  /** The host's shell: the one that is open, or being opened, or a new one. */
  const reach = (host: SurveyedHost, limitMs: number): Promise<Reached> => {
    const { name } = host.address
    const present = reached.get(name)
    if (present !== undefined) return present
    const startedAt = performance.now()
    events({ type: 'host-connecting', host: name })
    const options = {
      transport,
      limitMs,
      signal,
      whenOpen: (other: string) => whenOpen(straights.get(other)),
    }
    const straight = reachStraight(host, options)
    straights.set(name, straight)
    const opening = reachHost(host, straight, options)
    reached.set(name, opening)
    opening.then(
      () => events({ type: 'host-connected', host: name, durationMs: performance.now() - startedAt }),
      (error: unknown) => {
        reached.delete(name)
        events({ type: 'host-failed', host: name, message: asNfshaError(error, name).message })
      },
    )
    return opening
  }

  const ask = async (
    host: SurveyedHost,
    probes: readonly Probe<unknown>[],
    limitMs: number,
  ): Promise<{ readonly facts: HostFacts; readonly detour?: TakenDetour }> => {
    const { name } = host.address
    const until = performance.now() + limitMs
    let session: Session | undefined
    try {
      const found = await reach(host, limitMs * connectShare)
      session = found.session
      const facts = await answers(session, probes, until - performance.now())
      return { facts, ...(found.detour && { detour: found.detour }) }
    } catch (error) {
      if (session !== undefined) reached.delete(name)
      session?.abandon()
      return { facts: allUnknown(probes, asNfshaError(error, name).message) }
    }
  }

  return {
    read: async (probes, limitMs) => {
      const found = await Promise.all(
        hosts.map(async host => {
          const { name } = host.address
          return [name, await ask(host, probes[name] ?? [], limitMs)] as const
        }),
      )
      const detours = found.flatMap(([name, { detour }]) => (detour ? [[name, detour] as const] : []))
      return {
        facts: Object.fromEntries(found.map(([name, { facts }]) => [name, facts])),
        detours: Object.fromEntries(detours),
      }
    },
    session: async (name, limitMs) => {
      const host = hosts.find(({ address }) => address.name === name)
      if (host === undefined)
        throw new NfshaError('failed', `${name} is not among the hosts`, 'name one of the inventory')
      return (await reach(host, limitMs)).session
    },
    close: async () => {
      const open = await Promise.allSettled(reached.values())
      await Promise.all(open.map(each => each.status === 'fulfilled' && each.value.session.close()))
      await transport.close()
    },
  }
}

/** A detour leads through a host that answers itself. */
async function whenOpen(straight: Promise<Session> | undefined): Promise<void> {
  if (straight === undefined) throw new NfshaError('unreachable', 'nobody to go through', 'see the hosts')
  await straight
}

/** The probes' answers, within the limit: the node gives up shortly before, so that what it has arrives. */
async function answers(
  session: Session,
  probes: readonly Probe<unknown>[],
  limitMs: number,
): Promise<HostFacts> {
  const nodeMs = Math.max(1000, limitMs * (1 - answerShare))
  const hurried = probes.map(probe => ({ ...probe, deadlineMs: Math.min(probe.deadlineMs, nodeMs) }))
  const batch = batchReader(hurried, nodeMs)
  await session.request(batch.program, { onFrame: batch.onFrame, silenceMs: Math.max(1000, limitMs) })
  return batch.facts()
}
