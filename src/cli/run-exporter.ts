import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Cluster } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import type { Survey } from '../executor/survey.ts'
import { metricsText, metricsType } from '../report/metrics.ts'
import { verdictLine } from '../report/status-text.ts'
import type { ClusterStatus } from '../status/status.ts'
import type { Cli, Screen } from './cli.ts'
import type { ExporterOptions, ListenAddress } from './exporter.ts'
import { listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import { lookAt } from './look.ts'
import { readStatus } from './read-status.ts'
import { loadTarget } from './target.ts'

/** `nfsha exporter`: metrics for as long as it is let run; Ctrl-C ends it. */
export async function runExporter(
  source: string,
  options: ExporterOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const { io } = cli
  const interrupts = listenForInterrupts(io)
  const hosts = [...cluster.nodes, ...cluster.clients]
  const survey = await lookAt(cluster, hosts, io, () => undefined, interrupts.stop)
  const read = metricsReader(cluster, survey, options, tellChanges(screen))
  try {
    if (options.once) {
      io.stdout.write(`${(await unlessInterrupted(read(), interrupts.stop)).trimEnd()}\n`)
      return
    }
    const server = await listen(read, options.listen)
    const { host, port } = options.listen
    screen.note(
      `metrics of ${cluster.name}: http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`,
    )
    await untilStopped(interrupts.stop)
    server.closeAllConnections()
    server.close()
  } finally {
    interrupts.release()
    await survey.close()
  }
}

/** Reads the metrics; who asks while they are read, or while they are fresh, gets the same. */
function metricsReader(
  cluster: Cluster,
  survey: Survey,
  { timeout, keep }: Pick<ExporterOptions, 'timeout' | 'keep'>,
  onStatus: (status: ClusterStatus) => void,
): () => Promise<string> {
  let reading: Promise<string> | undefined
  const readNow = async (): Promise<string> => {
    const startedAt = performance.now()
    const { status } = await readStatus(cluster, survey, timeout)
    onStatus(status)
    return await metricsText(status, { atMs: Date.now(), tookMs: performance.now() - startedAt })
  }
  return () => {
    if (reading === undefined) {
      reading = readNow()
      reading
        .catch(() => undefined)
        .finally(() =>
          setTimeout(() => {
            reading = undefined
          }, keep).unref(),
        )
    }
    return reading
  }
}

/** A line whenever the verdict changes, for the exporter's own log. */
function tellChanges(screen: Screen): (status: ClusterStatus) => void {
  let last = ''
  return status => {
    const line = verdictLine(status, screen.paintNotes)
    if (line !== last) screen.note(line)
    last = line
  }
}

async function listen(read: () => Promise<string>, { host, port }: ListenAddress): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/metrics' && request.method === 'GET') {
      try {
        const text = await read()
        response.writeHead(200, { 'content-type': metricsType }).end(text)
      } catch (error) {
        response.writeHead(500).end(`${error instanceof Error ? error.message : String(error)}\n`)
      }
    } else if (path === '/') response.end('nfsha exporter: metrics are at /metrics\n')
    else response.writeHead(404).end('metrics are at /metrics\n')
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new NfshaError(
      'failed',
      `cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'choose another address with --listen',
      { cause },
    )
  }
  return server
}

function untilStopped(stop: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (stop.aborted) return resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
}
