import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { HostAddress } from '../core/transport.ts'
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
  const { sshTransport } = await import('../transport/ssh.ts')
  const agentSocket = io.env.SSH_AUTH_SOCK
  const transport = sshTransport({
    home: io.env.HOME ?? '/',
    user: io.user,
    ...(agentSocket === undefined || agentSocket === '' ? {} : { agentSocket }),
    ...(io.stdin.isTTY
      ? { askPassphrase: (keyFile: string) => io.stdin.askHidden(`Passphrase for ${keyFile}: `) }
      : {}),
  })
  return openHosts({ transport, hosts, events, signal })
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
