import type { Cluster } from '../core/cluster.ts'
import { quoteArgv } from '../core/quote.ts'
import { type ClockReading, readClock } from './clock.ts'
import type { Link } from './link.ts'
import { shipScript } from './program.ts'
import { type Stream, type StreamLine, startStream } from './stream.ts'

/** What one boot of a host told, and how its clock stood to the controller's. */
export interface Epoch {
  readonly host: string
  readonly readings: readonly ClockReading[]
  readonly lines: readonly StreamLine[]
  /** When its link ended, on the controller's clock. */
  readonly endedMs?: number
}

/** A node under observation, over its reboots. */
export interface Observer {
  readonly node: string
  /** The last state that it told: `PMNV`, see templates/drill/node.pl. */
  state(): string
  /** Whether its program runs; after a reboot it does not. */
  isWatching(): boolean
  /** Starts the program, in a new epoch when the last one ended. Errors as `Link.ask`. */
  watch(): Promise<void>
  /** Reads the clock once more. A node that does not answer is left out. */
  readClock(): Promise<void>
  epochs(): readonly Epoch[]
  stop(): Promise<void>
}

export interface ObserverRequest {
  readonly cluster: Cluster
  readonly runId: string
  /** For questions; the second one carries the program's words. */
  readonly control: Link
  readonly channel: Link
  readonly limitSeconds: number
  readonly now: () => number
}

const silenceMs = 900_000

export function observe(request: ObserverRequest): Observer {
  const { cluster, runId, control, channel, limitSeconds, now } = request
  const epochs: { host: string; readings: ClockReading[]; lines: readonly StreamLine[]; endedMs?: number }[] =
    []
  let stream: Stream | undefined
  let state = ''
  const words = [
    ...[String(limitSeconds), '/var/log/ha-log'],
    ...cluster.volumes.map(({ mountPoint }) => mountPoint),
    ...['--', ...cluster.volumes.map(({ minor }) => String(minor))],
    ...['--', ...cluster.vips.map(({ address }) => address)],
  ]

  const readings = async () => {
    const last = epochs.at(-1)
    if (last === undefined || stream === undefined || stream.isOver()) return
    const reading = await control
      .session()
      .then(session => readClock(session, now))
      .catch(() => undefined)
    if (reading !== undefined) last.readings.push(reading)
  }
  return {
    node: control.host,
    state: () => state,
    isWatching: () => stream !== undefined && !stream.isOver(),
    watch: async () => {
      await control.ask(shipScript(runId, 'node'), 30_000)
      await channel.close()
      stream = await startStream({
        ...{ link: channel, runId, program: 'node', words: quoteArgv(words), silenceMs, now },
        onLine: line => {
          const said = /^state \S+ (\S+)/.exec(line.text)?.[1]
          if (said !== undefined) state = said
        },
      })
      const epoch: (typeof epochs)[number] = { host: control.host, readings: [], lines: stream.lines }
      epochs.push(epoch)
      void stream.ended.then(() => {
        epoch.endedMs = now()
        state = ''
      })
      await readings()
    },
    readClock: readings,
    epochs: () => epochs,
    stop: async () => {
      if (stream === undefined || stream.isOver()) return
      await stream.stop()
      await Promise.race([stream.ended, new Promise(resolve => setTimeout(resolve, 5000).unref())])
    },
  }
}
