import type { Link } from './link.ts'
import { type ProgramName, runPath } from './program.ts'

/** A line that a program on a host said, and when it came. */
export interface StreamLine {
  readonly arrivedMs: number
  readonly text: string
}

/** A program that runs on a host and tells what it sees, until it is told to stop or its host goes down. */
export interface Stream {
  readonly host: string
  /** All lines so far; grows. */
  readonly lines: readonly StreamLine[]
  /** Resolves when the program has ended, or the link with it; the error in the second case. */
  readonly ended: Promise<Error | undefined>
  isOver(): boolean
  /** Asks it to end; `ended` says when it has. */
  stop(): Promise<void>
}

export interface StreamRequest {
  readonly link: Link
  readonly runId: string
  readonly program: ProgramName
  /** Words after the program, quoted already. */
  readonly words: string
  /** A frozen node says nothing for long, and goes on after. */
  readonly silenceMs: number
  readonly now: () => number
  readonly onLine?: (line: StreamLine) => void
}

/**
 * Starts a shipped program on a link of its own. It hears on its standard input, the session's
 * channel, when it is enough; a controller that dies closes that, and so ends it too.
 */
export async function startStream(request: StreamRequest): Promise<Stream> {
  const { link, runId, program, words, silenceMs, now, onLine } = request
  const session = await link.session()
  const lines: StreamLine[] = []
  let isOver = false
  // The program says the frames itself: a shell that reads them line by line costs a slow node much.
  const script = `NFSHA_FRAME=$(nfsha_frame line) perl ${runPath(runId)}/${program}.pl ${words} <&3 2>&1`
  const ended = session
    .request(script, {
      silenceMs,
      onFrame: ({ kind, fields }) => {
        if (kind !== 'line') return
        const line = {
          arrivedMs: now(),
          text: Buffer.from(fields.slice(0, -1).join(' '), 'latin1').toString('utf8'),
        }
        lines.push(line)
        onLine?.(line)
      },
    })
    .then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
    .finally(() => {
      isOver = true
    })
  return { host: link.host, lines, ended, isOver: () => isOver, stop: () => session.askToStop() }
}
