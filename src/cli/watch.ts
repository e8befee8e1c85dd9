import type { EventSink } from '../core/event.ts'
import { type Progress, plainProgress } from '../report/progress.ts'
import { fitText } from '../report/wrap.ts'
import type { Screen } from './cli.ts'
import type { Io } from './io.ts'

/**
 * The view of a run that fits where standard error goes: a list on a terminal, stamped lines
 * elsewhere and whenever commands or their output are asked for.
 */
export async function watchRun(screen: Screen, io: Io): Promise<Progress> {
  const { terminal } = io
  if (terminal !== undefined && screen.verbosity === 0) {
    const { liveProgress } = await import('../report/progress-live.ts')
    return liveProgress({
      stream: terminal.stderr,
      otherStream: terminal.stdout,
      paint: screen.paintNotes,
    })
  }
  return plainProgress({
    write: text => io.stderr.write(fitText(text, io.stderr)),
    now: io.now,
    verbosity: screen.verbosity,
    paint: screen.paintNotes,
  })
}

/**
 * For commands that read, and whose result is on the screen at once: a terminal shows the hosts that
 * are asked, until they answered; a log has only what stands in the way.
 */
export function quietly(progress: Progress, screen: Screen, io: Io): EventSink {
  if (io.terminal !== undefined || screen.verbosity > 0) return progress.sink
  return event => {
    if (event.type === 'host-failed' || event.type === 'lock-waiting') progress.sink(event)
  }
}
