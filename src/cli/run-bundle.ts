import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { exitCodes, NfshaError } from '../core/error.ts'
import { diagnostics } from '../facts/diagnostics.ts'
import { packBundle } from '../report/bundle.ts'
import { allProbes } from './all-probes.ts'
import type { BundleOptions } from './bundle.ts'
import { bundleFiles } from './bundle-files.ts'
import type { Cli, Screen } from './cli.ts'
import { listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import { lookAt } from './look.ts'
import { logReader } from './read-logs.ts'
import { readStatus } from './read-status.ts'
import { loadTarget } from './target.ts'
import { version } from './version.ts'
import { quietly, watchRun } from './watch.ts'
import { mergeProbes, prepareWork, takeOrder } from './work.ts'

/** All that any command asks, and the tools' own words; on a node that is well it takes seconds. */
const limitMs = 60_000

/** `nfsha bundle`: reads all that can be read, hides secrets, packs. A node that is silent is one of the things to tell. */
export async function runBundle(
  source: string,
  options: BundleOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const { io } = cli
  const madeAt = io.now()
  const work = await prepareWork(takeOrder(cluster, 'deploy'))
  const asked = Object.fromEntries(
    cluster.nodes.map(({ name }) => [name, Object.values(diagnostics(cluster))]),
  )
  const progress = await watchRun(screen, io)
  const interrupts = listenForInterrupts(io)
  const hosts = [...cluster.nodes, ...cluster.clients]
  const survey = await lookAt(cluster, hosts, io, quietly(progress, screen, io), interrupts.stop)
  try {
    const probes = mergeProbes([await allProbes(cluster), asked])
    const reading = await unlessInterrupted(readStatus(cluster, survey, limitMs, probes), interrupts.stop)
    const reader = logReader(
      survey,
      cluster.nodes.map(({ name }) => name),
      cluster,
      options.since,
    )
    const logs = await unlessInterrupted(reader.read(), interrupts.stop)
    await progress.settle()
    const inventory = source === '-' ? undefined : await readFile(resolve(io.cwd, source), 'utf8')
    const files = bundleFiles({
      ...{ cluster, version: version(), madeAt, reading, work, logs, env: io.env },
      ...(inventory !== undefined && { inventory }),
    })
    const name = `nfsha-bundle-${cluster.name}-${madeAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`
    const path = resolve(io.cwd, options.out ?? `${name}.tar.gz`)
    const packed = await packBundle(name, files, madeAt)
    await write(path, packed)
    const silent = reading.status.nodes.filter(({ answered }) => !answered)
    if (silent.length > 0) cli.setExitCode(exitCodes.unreachable)
    report(
      path,
      packed.length,
      files.map(file => file.path),
      [...silent.map(node => `${node.name} did not answer`), ...logs.gaps],
      cli,
      screen,
    )
  } finally {
    interrupts.release()
    await progress.settle()
    await survey.close()
  }
}

async function write(path: string, content: Buffer): Promise<void> {
  try {
    await writeFileAtomic(path, content, { mode: 0o600 })
  } catch (cause) {
    throw new NfshaError(
      'failed',
      `cannot write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'give another path with --out',
      { cause },
    )
  }
}

function report(
  path: string,
  bytes: number,
  files: readonly string[],
  gaps: readonly string[],
  cli: Cli,
  screen: Screen,
): void {
  if (screen.format === 'json') {
    screen.printJson({ verdict: 'done', exitCode: cli.exitCode(), bundle: path, bytes, files, gaps })
    return
  }
  for (const gap of gaps) screen.note(screen.paintNotes('warn', `warning: ${gap}`))
  screen.print(
    `${path}: ${files.length} files, ${Math.ceil(bytes / 1024)} KiB. Look through it before you give it away: tar tzf ${basename(path)}`,
  )
}
