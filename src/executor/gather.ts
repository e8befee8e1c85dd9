import { type Facts, type HostFacts, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { composeBatch, splitBatch } from '../facts/batch.ts'
import type { Frame } from './frames.ts'
import { asNfshaError, type OpenHosts } from './hosts.ts'

/** The questions by host name. */
export type ProbesByHost = Readonly<Record<string, readonly Probe<unknown>[]>>

/** What a host may be silent beyond its probes' deadlines: a node in trouble answers slowly. */
const patienceMs = 60_000

/**
 * Asks all hosts at the same time: one serial round trip. Never throws for a host: one that is not
 * reachable, or whose link breaks meanwhile, gets every probe unknown with the reason. `wrap` puts
 * something around the program that asks, for callers within the executor.
 */
export async function gather(
  hosts: OpenHosts,
  probes: ProbesByHost,
  wrap: (program: string) => string = program => program,
): Promise<Facts> {
  const answers = await hosts.exchange(() =>
    Promise.all(
      Object.entries(probes).map(
        async ([host, asked]) => [host, await gatherFrom(hosts, host, asked, wrap)] as const,
      ),
    ),
  )
  return Object.fromEntries(answers)
}

async function gatherFrom(
  hosts: OpenHosts,
  host: string,
  probes: readonly Probe<unknown>[],
  wrap: (program: string) => string,
): Promise<HostFacts> {
  const session = hosts.sessions.get(host)
  if (session === undefined) {
    const reason = hosts.failures.get(host)?.message ?? `there is no connection to ${host}`
    return allUnknown(probes, reason)
  }
  const batch = batchReader(probes)
  try {
    await session.request(wrap(batch.program), { onFrame: batch.onFrame, silenceMs: batch.silenceMs })
    return batch.facts()
  } catch (cause) {
    const error = asNfshaError(cause, host)
    if (error.code === 'interrupted') throw error
    hosts.lose(host, error)
    await session.close()
    return allUnknown(probes, error.message)
  }
}

/** A batch on its way: the program to run, the reader of its frames, and the facts once they came. */
export interface BatchReader {
  readonly program: string
  readonly silenceMs: number
  onFrame(frame: Frame): void
  facts(): HostFacts
}

/** Prepares a batch, for a request of its own or as the last part of a longer one; `limitMs` as in `composeBatch`. */
export function batchReader(probes: readonly Probe<unknown>[], limitMs?: number): BatchReader {
  const payloads = new Map<string, string>()
  return {
    program: composeBatch(probes, limitMs),
    silenceMs: patienceMs + probes.reduce((sum, { deadlineMs }) => sum + deadlineMs, 0),
    onFrame: ({ kind, payload }) => {
      payloads.set(kind, payload)
    },
    facts: () =>
      splitBatch(probes, {
        answers: payloads.get('answers') ?? '',
        sizes: payloads.get('sizes') ?? '',
        outputs: payloads.get('outputs') ?? '',
      }),
  }
}

/** The facts of a host that could not be asked: each unknown, for that reason. */
export function allUnknown(probes: readonly Probe<unknown>[], reason: string): HostFacts {
  return Object.fromEntries(probes.map(({ id }) => [id, unknown(reason)]))
}
