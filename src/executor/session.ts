import { randomBytes } from 'node:crypto'
import { NfshaError } from '../core/error.ts'
import type { HostAddress, RemoteShell, Transport } from '../core/transport.ts'
import { type Frame, frameReader } from './frames.ts'
import { answerFunctions, wholeOrNothing } from './request.ts'

export interface RequestOptions {
  /** Called with each frame as it comes. */
  readonly onFrame: (frame: Frame) => void
  /** Gives up when the node says nothing for so long. */
  readonly silenceMs: number
}

/** A root shell on one host for a whole run, asked one thing at a time. */
export interface Session {
  readonly host: string
  /**
   * Runs a POSIX sh program there; one round trip. Resolves when its end frame came: what commands
   * returned is in the frames. Throws `unreachable` when the link broke or fell silent, whatever the
   * transport threw while opening, and `interrupted` after `abandon`.
   */
  request(program: string, options: RequestOptions): Promise<void>
  /** Tells the running program to stop after its running step; it does so, too, when the link ends. */
  askToStop(): Promise<void>
  /** Leaves at once: the pending request throws `interrupted`. What runs on the node is not ended. */
  abandon(): void
  /** Ends the shell. Never throws. */
  close(): Promise<void>
}

/** Opens the shell; errors are the transport's. Costs the connection only: its set-up travels with the first request. */
export async function openSession(
  transport: Transport,
  host: HostAddress,
  signal: AbortSignal,
): Promise<Session> {
  return createSession(host.name, await transport.open(host, signal))
}

/** A session over a shell that is open already. */
export function createSession(host: string, shell: RemoteShell): Session {
  const token = `nfsha-${randomBytes(16).toString('hex')}`
  const read = frameReader(token)
  const output = shell.output[Symbol.asyncIterator]()
  const leave = new AbortController()
  let isNew = true

  const untilEnd = async ({ onFrame, silenceMs }: RequestOptions): Promise<void> => {
    for (;;) {
      leave.signal.throwIfAborted()
      const piece = await orFails(output.next(), leave.signal, silenceMs, () => silent(host, silenceMs))
      if (piece.done === true) throw linkEnded(host, shell.stderrTail())
      for (const frame of read(piece.value)) {
        if (frame.kind === 'answered') return
        onFrame(frame)
      }
    }
  }

  return {
    host,
    request: async (program, options) => {
      leave.signal.throwIfAborted()
      const setUp = isNew ? `${answerFunctions(token)}\n` : ''
      isNew = false
      // Both at once: the write may not drain before the node has answered.
      const written = shell.write(wholeOrNothing(`${setUp}${program}`, 'nfsha_frame answered'))
      await Promise.all([written, untilEnd(options)]).catch(cause => {
        throw cause instanceof NfshaError ? cause : linkEnded(host, shell.stderrTail(), cause)
      })
    },
    // One byte, so that it is never half read, and nothing to the shell should it come too late.
    askToStop: () => shell.write('\n').catch(() => undefined),
    abandon: () => {
      leave.abort(
        new NfshaError('interrupted', `left ${host} at once`, 'run the same command again: it is safe'),
      )
      void shell.close()
    },
    close: () => shell.close(),
  }
}

function linkEnded(host: string, stderr: string, cause?: unknown): NfshaError {
  const last = stderr.trim().split('\n').at(-1) ?? ''
  return new NfshaError(
    'unreachable',
    `the link to ${host} ended${last === '' ? '' : `: ${last}`}`,
    `see that ${host} is up and run the same command again: it is safe`,
    { cause },
  )
}

function silent(host: string, silenceMs: number): NfshaError {
  return new NfshaError(
    'unreachable',
    `${host} said nothing for ${Math.round(silenceMs / 1000)} s`,
    `see what ${host} is busy with (its console, \`dmesg\`) and run the same command again`,
  )
}

/** The work's result, unless the signal is aborted (its reason is thrown) or the time is over before. */
function orFails<T>(work: Promise<T>, signal: AbortSignal, limitMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => finish(() => reject(signal.reason))
    const timer = setTimeout(() => finish(() => reject(late())), limitMs)
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    signal.addEventListener('abort', onAbort)
    work.then(
      value => finish(() => resolve(value)),
      error => finish(() => reject(error)),
    )
  })
}
