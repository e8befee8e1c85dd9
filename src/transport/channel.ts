import type { Readable, Writable } from 'node:stream'
import type { NfshaError } from '../core/error.ts'
import type { RemoteShell } from '../core/transport.ts'

/** The last part of standard error that is kept, in characters. */
const stderrLimit = 64 * 1024

export interface ShellStreams {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Ends the channel, for what is left of it. */
  destroy(): void
  /** Resolves when the channel is closed: with the error to throw, or undefined for a plain end. */
  readonly closed: Promise<NfshaError | undefined>
  /** Why a shell ended that never said anything, by its standard error; the link itself being fine. */
  explainSilence?(stderr: string): NfshaError
}

/** A RemoteShell over three streams, as a child process and an SSH channel both have. */
export function shellOver(streams: ShellStreams): RemoteShell {
  let stderr = ''
  streams.stdout.setEncoding('latin1')
  streams.stderr.setEncoding('utf8')
  streams.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrLimit)
  })
  // A late error on any of the streams would end the process; `closed` says why the link ended.
  for (const stream of [streams.stdin, streams.stdout, streams.stderr]) stream.on('error', () => undefined)

  async function* output(): AsyncGenerator<string> {
    let isSilent = true
    try {
      for await (const text of streams.stdout) {
        isSilent = false
        yield text as string
      }
    } catch {
      // `closed` knows better what happened.
    }
    const error = (await streams.closed) ?? (isSilent ? streams.explainSilence?.(stderr) : undefined)
    if (error !== undefined) throw error
  }

  return {
    write: text =>
      new Promise((resolve, reject) => {
        streams.stdin.write(text, 'utf8', error => {
          if (error == null) resolve()
          else streams.closed.then(reason => reject(reason ?? error), reject)
        })
      }),
    output: output(),
    stderrTail: () => stderr,
    close: async () => {
      streams.stdin.end()
      streams.destroy()
    },
  }
}
