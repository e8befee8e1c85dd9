import type { SshTarget } from '../../../src/core/cluster.ts'
import type { NfshaError } from '../../../src/core/error.ts'
import { present } from '../../../src/core/fact.ts'
import type { Probe } from '../../../src/core/probe.ts'
import { gather } from '../../../src/executor/gather.ts'
import { type OpenHosts, openHosts } from '../../../src/executor/hosts.ts'
import { type SshOptions, sshTransport } from '../../../src/transport/ssh.ts'

/** A probe that gives a command's output. */
export function output(script: string): Probe<string> {
  return {
    id: script,
    script,
    parse: ({ stdout }) => present(stdout.trim()),
    deadlineMs: 20_000,
    maxBytes: 100_000,
  }
}

export type Target = Partial<SshTarget> & Pick<SshTarget, 'host'>

/** Opens hosts by name over SSH. */
export async function open(
  options: SshOptions,
  targets: Readonly<Record<string, Target>>,
): Promise<OpenHosts> {
  return await openHosts({
    transport: sshTransport(options),
    hosts: Object.entries(targets).map(([name, target]) => ({
      name,
      ssh: { become: true, connectTimeoutMs: 20_000, keepaliveMs: 5000, ...target },
    })),
    events: () => undefined,
    signal: new AbortController().signal,
  })
}

/** What came of asking one host something: the answer, or the error. */
export async function ask(
  options: SshOptions,
  target: Target,
  script = 'id -un',
): Promise<{ answer?: unknown; error?: NfshaError }> {
  const hosts = await open(options, { m1: target })
  try {
    const facts = await gather(hosts, { m1: [output(script)] })
    const error = hosts.failures.get('m1')
    const fact = facts.m1?.[script]
    return error === undefined ? { answer: fact?.state === 'present' ? fact.value : fact } : { error }
  } finally {
    await hosts.close()
  }
}
