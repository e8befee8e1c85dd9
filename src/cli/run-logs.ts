import { setTimeout as delay } from 'node:timers/promises'
import type { Node } from '../core/cluster.ts'
import { exitCodes } from '../core/error.ts'
import type { LogLine } from '../core/log-line.ts'
import { mergeLogs } from '../report/log-merge.ts'
import { clockText, logText } from '../report/log-text.ts'
import type { Cli, Screen } from './cli.ts'
import { listenForInterrupts, unlessInterrupted, untilInterrupted } from './interrupt.ts'
import type { LogsOptions } from './logs.ts'
import { lookAt } from './look.ts'
import { type LogReader, type LogReading, logReader } from './read-logs.ts'
import { assertKnown } from './selection.ts'
import { loadTarget } from './target.ts'
import { quietly, watchRun } from './watch.ts'

/** Clocks that are so close need no word. */
const noticeableMs = 500
const followPauseMs = 2000

/** `nfsha logs`: reads, aligns, merges and prints; with --follow again and again until it is stopped. */
export async function runLogs(source: string, options: LogsOptions, cli: Cli, screen: Screen): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const names = cluster.nodes.map(({ name }) => name)
  if (options.node !== undefined) assertKnown('node', options.node, names)
  const isShown = ({ name }: Node) => options.node === undefined || name === options.node
  const hosts = cluster.nodes.filter(isShown).map(({ name }) => name)
  const progress = await watchRun(screen, cli.io)
  const interrupts = listenForInterrupts(cli.io)
  // Both nodes, since one may be the way to the other.
  const events = quietly(progress, screen, cli.io)
  const survey = await lookAt(cluster, cluster.nodes, cli.io, events, interrupts.stop)
  const reader = logReader(survey, hosts, cluster, options.since)
  try {
    const first = await unlessInterrupted(reader.read(), interrupts.stop)
    await progress.settle()
    tell(first, screen)
    if (first.logs.every(({ lines }) => lines.length === 0) && first.gaps.length > 0)
      cli.setExitCode(exitCodes.unreachable)
    print(first, hosts, options, screen)
    if (options.follow) await follow(reader, hosts, options, screen, interrupts.stop)
  } finally {
    interrupts.release()
    await progress.settle()
    await survey.close()
  }
}

async function follow(
  reader: LogReader,
  hosts: readonly string[],
  options: LogsOptions,
  screen: Screen,
  stop: AbortSignal,
): Promise<void> {
  let told = ''
  while (!stop.aborted) {
    await delay(followPauseMs, undefined, { signal: stop }).catch(() => undefined)
    const reading = await untilInterrupted(reader.read(), stop)
    if (reading === undefined) return
    const gaps = reading.gaps.join('\n')
    if (gaps !== told && gaps !== '') screen.note(gaps)
    told = gaps
    print(reading, hosts, options, screen)
  }
}

function tell({ logs, gaps }: LogReading, screen: Screen): void {
  for (const gap of gaps) screen.note(screen.paintNotes('warn', `warning: ${gap}`))
  for (const { host, offsetMs, uncertaintyMs } of logs)
    if (Math.abs(offsetMs) > noticeableMs) screen.note(clockText(host, offsetMs, uncertaintyMs))
}

function print(
  { logs }: LogReading,
  hosts: readonly string[],
  { source, grep }: LogsOptions,
  screen: Screen,
): void {
  const lines = mergeLogs(logs, { ...(source && { sources: source }), ...(grep && { pattern: grep }) })
  if (lines.length === 0) return
  if (screen.format === 'json') screen.print(lines.map(jsonLine).join('\n'))
  else screen.print(logText(lines, hosts, screen.paint))
}

function jsonLine({ atMs, ...line }: LogLine): string {
  return JSON.stringify({ time: new Date(atMs).toISOString(), ...line })
}
