import { setTimeout as delay } from 'node:timers/promises'
import { durationText } from '../report/duration.ts'
import { fullScreen } from '../report/full-screen.ts'
import { timeOfDay } from '../report/progress.ts'
import { statusText, verdictLine } from '../report/status-text.ts'
import type { ClusterStatus } from '../status/status.ts'
import type { Screen } from './cli.ts'
import { untilInterrupted } from './interrupt.ts'
import type { Io } from './io.ts'

export interface StatusWatch {
  readonly read: () => Promise<ClusterStatus>
  readonly intervalMs: number
  readonly screen: Screen
  readonly io: Io
  /** Ends the watch. */
  readonly stop: AbortSignal
  readonly onStatus: (status: ClusterStatus) => void
}

/**
 * Shows the status again and again until it is stopped: on a terminal one screen, drawn anew each
 * second so that its age is true; elsewhere a line whenever the verdict or its reason changes, or,
 * as JSON, each reading in a line of its own.
 */
export async function watchStatus(watch: StatusWatch): Promise<void> {
  const view = viewFor(watch)
  try {
    while (!watch.stop.aborted) {
      const startedAt = performance.now()
      const status = await untilInterrupted(watch.read(), watch.stop)
      if (status === undefined) return
      watch.onStatus(status)
      view.show(status, performance.now() - startedAt)
      await delay(watch.intervalMs, undefined, { signal: watch.stop }).catch(() => undefined)
    }
  } finally {
    view.close()
  }
}

interface View {
  show(status: ClusterStatus, tookMs: number): void
  close(): void
}

function viewFor({ screen, io, intervalMs }: StatusWatch): View {
  if (screen.format === 'json')
    return { show: status => io.stdout.write(`${JSON.stringify(status)}\n`), close: () => undefined }
  return io.stdout.isTTY === true ? screenView(screen, io, intervalMs) : lineView(screen, io)
}

function lineView({ paint, print }: Screen, { now }: Io): View {
  let last = ''
  return {
    show: status => {
      const line = verdictLine(status, paint)
      if (line !== last) print(`${paint('faint', timeOfDay(now()))} ${line}`)
      last = line
    },
    close: () => undefined,
  }
}

function screenView({ paint }: Screen, io: Io, intervalMs: number): View {
  const full = fullScreen(io.stdout)
  let text = 'asking the hosts …'
  let read: { readonly at: number; readonly tookMs: number } | undefined
  const draw = () => {
    const age =
      read === undefined
        ? ''
        : `read ${Math.round((performance.now() - read.at) / 1000)} s ago in ${durationText(read.tookMs)}, `
    const foot = `${timeOfDay(io.now())}  ${age}every ${Math.round(intervalMs / 1000)} s, Ctrl-C ends`
    full.draw(text, paint('faint', foot))
  }
  draw()
  const clock = setInterval(draw, 1000)
  return {
    show: (status, tookMs) => {
      text = statusText(status, paint, { brief: true })
      read = { at: performance.now(), tookMs }
      draw()
    },
    close: () => {
      clearInterval(clock)
      full.close()
    },
  }
}
