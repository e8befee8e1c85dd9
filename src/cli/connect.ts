import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { HostAddress, Transport } from '../core/transport.ts'
import { type OpenHosts, openHosts } from '../executor/hosts.ts'
import type { Io } from './io.ts'

/**
 * Connects to hosts as the environment says: its agent, its user, its ssh configuration. SSH is loaded
 * here only: much that is asked of a cluster touches no host.
 */
export async function connect(
  hosts: readonly HostAddress[],
  io: Io,
  events: EventSink,
  signal: AbortSignal,
): Promise<OpenHosts> {
  return openHosts({ transport: await transportFor(io), hosts, events, signal })
}

/** SSH as the environment says. */
export async function transportFor(io: Io): Promise<Transport> {
  const { sshTransport } = await import('../transport/ssh.ts')
  const agentSocket = io.env.SSH_AUTH_SOCK
  return sshTransport({
    home: io.env.HOME ?? '/',
    user: io.user,
    ...(agentSocket === undefined || agentSocket === '' ? {} : { agentSocket }),
    ...(io.stdin.isTTY
      ? { askPassphrase: (keyFile: string) => io.stdin.askHidden(`Passphrase for ${keyFile}: `) }
      : {}),
  })
}

/** Errors: the one failure, or all of them in one `unreachable`, when any of these hosts did not answer. */
export function assertAllAnswer(hosts: OpenHosts): void {
  const failures = [...hosts.failures.values()]
  const [first, ...others] = failures
  if (first === undefined) return
  if (others.length === 0) throw first
  const code = failures.every(failure => failure.code === first.code) ? first.code : 'unreachable'
  throw new NfshaError(
    code,
    `${failures.length} nodes cannot be worked on`,
    'mend what each needs, and run again',
    {
      problems: failures.map(({ message, hint }) => ({ message, hint })),
    },
  )
}
