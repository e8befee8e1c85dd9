import { NfshaError } from '../core/error.ts'
import type { HostFacts } from '../core/fact.ts'
import type { ApplyInput } from './apply-input.ts'
import type { ProbesByHost } from './gather.ts'
import { lockAndRead } from './locking.ts'
import type { HostStep } from './runner.ts'
import type { Session } from './session.ts'
import { pause } from './wait.ts'

/** A server's firmware alone may take minutes. */
const bootLimitMs = 20 * 60_000
const tryEveryMs = 3000

/** The step among these whose action takes the node down, as it says, to come back. */
export function rebootingStep(steps: readonly HostStep[]): string | undefined {
  return steps.find(({ actions }) =>
    actions.some(action => action.kind === 'script' && action.reboots === true),
  )?.ref
}

/**
 * Waits until a node that was rebooted answers again, takes its lock (the one before it went with /run)
 * and reads it. Throws `unreachable` when it does not come back, `interrupted` when asked to stop.
 */
export async function comeBack(
  input: ApplyInput,
  host: string,
  ref: string,
  probes: ProbesByHost,
): Promise<HostFacts> {
  const { hosts, events, stop } = input
  const startedAt = performance.now()
  events({ type: 'wait-progress', ref, host, text: 'went down; waiting for it to come back' })
  for (;;) {
    await pause(tryEveryMs, stop)
    if (stop.aborted)
      throw new NfshaError(
        'interrupted',
        `stopped while ${host} was booting`,
        'run the same command again: it goes on when the node is back',
      )
    const session = await hosts.reopen(host, stop).catch(asNothing)
    if (session !== undefined && (await isUp(session))) break
    if (session !== undefined) await session.close()
    if (performance.now() - startedAt > bootLimitMs)
      throw new NfshaError(
        'unreachable',
        `${host} did not come back within ${Math.round(bootLimitMs / 60_000)} min of its reboot`,
        `look at its console; when it is up, run the same command again`,
      )
  }
  events({ type: 'wait-progress', ref, host, text: 'is back' })
  const { facts } = await lockAndRead({ ...input, probes: { [host]: probes[host] ?? [] } })
  return facts[host] ?? {}
}

function asNothing(cause: unknown): undefined {
  if (cause instanceof NfshaError) return undefined
  throw cause
}

/** sshd may still answer while the rest is being stopped. */
async function isUp(session: Session): Promise<boolean> {
  let state = ''
  const program = 'nfsha_frame state "$(systemctl is-system-running 2>/dev/null)"'
  const onFrame = ({ fields }: { fields: readonly string[] }) => {
    state = fields[0] ?? ''
  }
  const answered = await session.request(program, { silenceMs: 60_000, onFrame }).then(() => true, asNothing)
  return answered === true && state !== 'stopping'
}
