import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Cluster } from '../core/cluster.ts'
import type { EventSink } from '../core/event.ts'
import type { Survey } from '../executor/survey.ts'
import { statusText } from '../report/status-text.ts'
import { evaluateStatus } from '../status/evaluate.ts'
import { type ClusterStatus, exitCodeOf } from '../status/status.ts'
import type { Cli, Screen } from './cli.ts'
import { type DriftReader, driftReader } from './drift.ts'
import { readFactsFile } from './facts-file.ts'
import { listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import { lookAt } from './look.ts'
import { readStatus } from './read-status.ts'
import type { StatusOptions } from './status.ts'
import { loadTarget } from './target.ts'
import { quietly, watchRun } from './watch.ts'

/** `nfsha status`: asks whoever answers, the clients too, and judges by that alone. */
export async function runStatus(
  source: string,
  options: StatusOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const drift = options.drift ? await driftReader(cluster) : undefined
  if (options.facts !== undefined) {
    const facts = await readFactsFile(resolve(cli.io.cwd, options.facts), cluster.name)
    const status = evaluateStatus(cluster, facts)
    return await report(drift === undefined ? status : drift.add(status, facts), options, cli, screen)
  }
  if (options.watch) return await watch(cluster, options, drift, cli, screen)
  const status = await once(cluster, options, drift, cli, screen)
  await report(status, options, cli, screen)
}

async function report(
  status: ClusterStatus,
  { html }: StatusOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  if (html !== undefined) await writePage(resolve(cli.io.cwd, html), status, cli)
  cli.setExitCode(exitCodeOf(status.verdict))
  if (screen.format === 'json') screen.printJson({ exitCode: cli.exitCode(), ...status })
  else screen.print(statusText(status, screen.paint))
}

/** The page brings the plotting library: only who wants it waits for that. */
async function writePage(path: string, status: ClusterStatus, { io }: Cli): Promise<void> {
  const { statusPage } = await import('../report/status-page/status-page.ts')
  await writeFile(path, statusPage(status, { takenAt: io.now().toISOString() }))
}

async function once(
  cluster: Cluster,
  options: StatusOptions,
  drift: DriftReader | undefined,
  cli: Cli,
  screen: Screen,
): Promise<ClusterStatus> {
  const progress = await watchRun(screen, cli.io)
  const events = quietly(progress, screen, cli.io)
  return await looking(cluster, cli, events, async (survey, stop) => {
    try {
      return await unlessInterrupted(read(cluster, survey, options, drift), stop)
    } finally {
      await progress.settle()
    }
  })
}

/** Who ends the watch has seen enough: the exit code is that of the last verdict. */
async function watch(
  cluster: Cluster,
  options: StatusOptions,
  drift: DriftReader | undefined,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { watchStatus } = await import('./watch-status.ts')
  await looking(
    cluster,
    cli,
    () => undefined,
    (survey, stop) =>
      watchStatus({
        read: () => read(cluster, survey, options, drift),
        intervalMs: options.interval,
        screen,
        io: cli.io,
        stop,
        onStatus: ({ verdict }) => cli.setExitCode(exitCodeOf(verdict)),
      }),
  )
}

async function looking<T>(
  cluster: Cluster,
  { io }: Cli,
  events: EventSink,
  work: (survey: Survey, stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupts = listenForInterrupts(io)
  const survey = await lookAt(cluster, [...cluster.nodes, ...cluster.clients], io, events, interrupts.stop)
  try {
    return await work(survey, interrupts.stop)
  } finally {
    interrupts.release()
    await survey.close()
  }
}

async function read(
  cluster: Cluster,
  survey: Survey,
  { timeout }: StatusOptions,
  drift: DriftReader | undefined,
): Promise<ClusterStatus> {
  const limitMs = timeout ?? (drift === undefined ? 10_000 : 60_000)
  const { status, facts } = await readStatus(cluster, survey, limitMs, drift?.probes)
  return drift === undefined ? status : drift.add(status, facts)
}
