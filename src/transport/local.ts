import { spawn } from 'node:child_process'
import { NfshaError } from '../core/error.ts'
import type { Transport } from '../core/transport.ts'
import { shellOver } from './channel.ts'

/** A command that starts a shell; the first word is the program. */
export type ShellCommand = readonly [string, ...string[]]

/** Shells on this machine, as this user; `shellFor` says which for a host. */
export function localTransport(shellFor: (host: string) => ShellCommand = () => ['sh']): Transport {
  return {
    open: async (host, signal) => {
      signal.throwIfAborted()
      const [program, ...argv] = shellFor(host.name)
      const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'pipe'] })
      const closed = new Promise<NfshaError | undefined>(resolve => {
        child.on('error', cause => resolve(notStarted(host.name, program, cause)))
        child.on('close', () => resolve(undefined))
      })
      return shellOver({
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        destroy: () => child.kill('SIGKILL'),
        closed,
      })
    },
    close: async () => undefined,
  }
}

function notStarted(host: string, program: string, cause: unknown): NfshaError {
  return new NfshaError('failed', `cannot start ${program} for ${host}`, `see that ${program} is installed`, {
    cause,
  })
}
