import { spawnSync } from 'node:child_process'
import { type Fact, type HostFacts, unknown } from '../../src/core/fact.ts'
import { exitAbsent, type Probe } from '../../src/core/probe.ts'
import { gather } from '../../src/executor/gather.ts'
import { openHosts } from '../../src/executor/hosts.ts'
import { localTransport } from '../../src/transport/local.ts'

/** Asks this machine a probe's question, by the agreement on exit codes that core/probe.ts states. */
export function runProbe<T>(probe: Probe<T>, shell = 'sh', path = process.env.PATH): Fact<T> {
  const { stdout, status } = spawnSync(shell, ['-s'], {
    input: `(\n${probe.script}\n) </dev/null`,
    env: { PATH: path, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  if (status === exitAbsent) return { state: 'absent' }
  if (status !== 0) return unknown(stdout.trimEnd().split('\n').at(-1) ?? '')
  return probe.parse({ stdout, exitCode: 0 })
}

/** The answers to questions that are asked of this machine at once, and to each alone, by probe id. */
export async function together(
  probes: readonly Probe<unknown>[],
  shell = 'dash',
): Promise<{ readonly joint: HostFacts; readonly alone: HostFacts }> {
  const ssh = { host: 'here', become: false, connectTimeoutMs: 1000, keepaliveMs: 1000 }
  const hosts = await openHosts({
    transport: localTransport(() => [shell]),
    hosts: [{ name: 'here', ssh }],
    events: () => undefined,
    signal: new AbortController().signal,
  })
  const ask = async (asked: readonly Probe<unknown>[]) => (await gather(hosts, { here: asked })).here ?? {}
  try {
    return { joint: await ask(probes), alone: await ask(probes.map(({ joint: _, ...probe }) => probe)) }
  } finally {
    await hosts.close()
  }
}
