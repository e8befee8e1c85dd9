import type { NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import type { HostAddress } from '../core/transport.ts'
import { gather, type ProbesByHost } from '../executor/gather.ts'
import type { Cli, Screen } from './cli.ts'
import { connect } from './connect.ts'
import { assertNotInterrupted, listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import { quietly, watchRun } from './watch.ts'

/** What was read, and why some hosts did not answer. */
export interface Reading {
  readonly facts: Facts
  readonly failures: readonly NfshaError[]
}

/**
 * Connects, asks these questions in one round trip, and hangs up. A host that does not answer is in
 * `failures`, and its facts are unknown with the reason; whether that matters is the caller's to say.
 */
export async function readHosts(
  asked: readonly HostAddress[],
  probes: ProbesByHost,
  cli: Cli,
  screen: Screen,
): Promise<Reading> {
  const { io } = cli
  const progress = await watchRun(screen, io)
  const events = quietly(progress, screen, cli.io)
  const interrupts = listenForInterrupts(io)
  const hosts = await connect(asked, io, events, interrupts.stop)
  try {
    assertNotInterrupted(interrupts.stop)
    const startedAt = performance.now()
    const wanted = asked.map(({ name }) => [name, probes[name] ?? []] as const)
    const facts = await unlessInterrupted(gather(hosts, Object.fromEntries(wanted)), interrupts.stop)
    const durationMs = performance.now() - startedAt
    events({ type: 'facts-gathered', hosts: [...hosts.sessions.keys()], durationMs })
    return { facts, failures: [...hosts.failures.values()] }
  } finally {
    interrupts.release()
    await progress.settle()
    await hosts.close()
  }
}
