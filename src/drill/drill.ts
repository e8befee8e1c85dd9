import type { DrillResult } from '../core/drill.ts'
import { NfshaError } from '../core/error.ts'
import { type DrillRecord, withSample } from '../core/failover.ts'
import { type ClockReading, readClock, readWallClock, type WallOffset } from './clock.ts'
import type { Fault } from './fault.ts'
import type { Link } from './link.ts'
import { keepScript, sampleOf } from './record.ts'
import { resultOf } from './result.ts'
import { type Stage, type StageRequest, setStage, takeoverLimitMs } from './stage.ts'
import type { Stream } from './stream.ts'
import { coolDownMs, untilFelt, untilHealthy } from './waits.ts'
import { endOf, sleep, until, type Watch, watchWorkload } from './watch.ts'
import { collectLogs, lookAtLock, startWorkload, verifyWorkload } from './workload.ts'

export interface DrillRequest extends StageRequest {
  readonly fault: Fault
  readonly startedAt: string
  readonly variant: string
  readonly accel: DrillResult['environment']['accel']
  readonly prediction?: DrillResult['prediction']
  /** What the pair's last drills took; this one is added to it. */
  readonly record?: DrillRecord
  /** The loop of article 001 as well. */
  readonly yardstick: boolean
  /** How long the pair may take to be healthy again. */
  readonly healLimitMs: number
  readonly say: (text: string) => void
  readonly machine: { readonly cpus: number; load(): number }
  readonly stop: AbortSignal
  /** The script by which a node remembers how the drill ended. */
  readonly farewell: (result: DrillEnding, message: string) => string
}

export type DrillEnding = 'done' | 'failed' | 'interrupted'

/** The workload runs so long before the fault: caches warm, and a picture of how it was. */
const warmUpMs = 6000
const startLimitMs = 60_000
/** What the program may run beyond all waits before it ends itself, seconds. */
const spareSeconds = 300

/**
 * Runs one drill: workload, fault, healing, verification. The fault is healed and everything of the
 * drill removed whatever happens. Errors: `refused` when the pair is not healthy to begin with,
 * `interrupted` after the healing when asked to stop, and what the hosts throw.
 */
export async function drill(request: DrillRequest): Promise<DrillResult> {
  const { cluster, fault, runId, versions, healLimitMs, stop, now, say } = request
  const limitSeconds = Math.ceil((healLimitMs + takeoverLimitMs) / 1000) + spareSeconds
  const stage = await setStage(request, limitSeconds)
  const { active, client, observers, scene } = stage
  say(`${active.name} serves, ${stage.passive.name} stands by, ${client.host} is the client`)
  const watch = watchWorkload(versions, now)
  const waiting = { cluster, fault, stage, watch, stop, now, say }

  let needsHealing = false
  try {
    await Promise.all(observers.map(each => each.watch()))
    await client.ask(`echo 'nfsha: drill ${runId} begins' >/dev/kmsg`, 10_000)
    const stream = await begin(request, stage, watch, limitSeconds)
    const readings = await clientClock(stage, now)
    const wallOffsets = await readWallClocks(stage)
    const loadBefore = request.machine.load()
    await sleep(warmUpMs, stop)

    say(`injecting: ${fault.summary}`)
    const atMs = now()
    needsHealing = true
    await fault.inject(scene)
    const injected = { atMs, uncertaintyMs: now() - atMs }
    const missed = await untilFelt(waiting)

    say('healing')
    await fault.heal(scene)
    needsHealing = false
    const healedMs = now()
    const health = await untilHealthy(waiting, healedMs, healLimitMs)
    await sleep(coolDownMs, stop)

    await Promise.all(observers.map(each => each.readClock()))
    readings.push(...(await clientClock(stage, now)))
    // While the program holds them still.
    const locks = await lookAtLocks(request, stage.linkTo(health.active ?? active.name))
    const isServed = health.reasons.length === 0 || watch.vipAnswers()
    await stream.stop()
    await endOf(stream, 30_000)
    await Promise.all(observers.map(each => each.stop()))
    const untilMs = now()
    say('comparing what is there with what was acknowledged')
    const result = resultOf(request, {
      ...{ injected, healedMs, untilMs, readings, wallOffsets, active, passive: stage.passive },
      ...{ locks },
      reasons: [...missed, ...health.reasons],
      logs: await collectLogs(runId, client),
      verification: isServed ? await verifyWorkload(request, client) : 'nobody serves',
      kernelLog: (await client.tryAsk(`dmesg | sed '1,/drill ${runId} begins/d'`, 30_000)) ?? '',
      epochs: observers.flatMap(each => each.epochs()),
      load: { before: loadBefore, after: request.machine.load() },
    })
    await keep(request, stage, result)
    await remember(request, stage, result.verdict === 'passed' ? 'done' : 'failed', result.reasons.join('; '))
    return result
  } catch (thrown) {
    let error = stop.aborted ? interrupted() : thrown
    if (needsHealing)
      await healNow(request, stage).catch(cause => {
        error = cause
      })
    const words = error instanceof Error ? error.message : String(error)
    await remember(request, stage, stop.aborted ? 'interrupted' : 'failed', words)
    throw error
  } finally {
    await stage.clear()
  }
}

/** Errors: `failed`, telling what is still broken. */
async function healNow({ fault, say }: DrillRequest, { scene }: Stage): Promise<void> {
  say('healing what was injected')
  try {
    await fault.heal(scene)
  } catch (cause) {
    throw new NfshaError(
      'failed',
      `${fault.name} could not be healed: ${cause instanceof Error ? cause.message : String(cause)}`,
      'what was done on a node undoes itself in some minutes; nfsha status says how the pair is',
      { cause },
    )
  }
}

function interrupted(): NfshaError {
  return new NfshaError(
    'interrupted',
    'interrupted: what was injected is healed, and the workload is gone',
    'nfsha status says how the pair is; run the drill again when it is healthy',
  )
}

/** Starts the workload, and waits until the server acknowledges it. */
async function begin(
  request: DrillRequest,
  stage: Stage,
  watch: Watch,
  limitSeconds: number,
): Promise<Stream> {
  request.say('starting the workload')
  const { client, channel } = stage
  const server = stage.linkTo(stage.active.name)
  const stream = await startWorkload({
    ...request,
    ...{ client, channel, server, limitSeconds, onLine: watch.onLine },
  })
  const isServed = await until(() => stream.isOver() || watch.servesSince(0), startLimitMs, request.stop)
  if (isServed && !stream.isOver()) return stream
  const words = stream.lines.slice(-3).map(({ text }) => text)
  throw new NfshaError(
    'failed',
    `the workload did not begin on ${client.host}: ${words.join('; ') || 'it said nothing'}`,
    'see that the client may mount the export and write there (nfsha status)',
  )
}

/** Adds what was measured to the record on both nodes; one that does not answer learns it next time. */
async function keep(
  { cluster, fault, record }: DrillRequest,
  stage: Stage,
  result: DrillResult,
): Promise<void> {
  const sample = fault.measures && sampleOf(cluster, fault.measures, result)
  if (sample === undefined || result.verdict === 'failed') return
  const script = keepScript(withSample(record, sample))
  await Promise.all(stage.nodes.map(node => node.tryAsk(script, 10_000)))
}

/** Writes on both nodes how it ended, as every run does; one that does not answer learns nothing of it. */
async function remember(
  { farewell }: DrillRequest,
  { nodes }: Stage,
  result: DrillEnding,
  message: string,
): Promise<void> {
  await Promise.all(nodes.map(node => node.tryAsk(farewell(result, message), 10_000)))
}

async function readWallClocks({ client, nodes }: Stage): Promise<readonly WallOffset[]> {
  const read = async (link: Link) => readWallClock(await link.session(), () => Date.now())
  return Promise.all([...nodes, client].map(read))
}

async function clientClock({ client }: Stage, now: () => number): Promise<ClockReading[]> {
  const reading = await readClock(await client.session(), now)
  return reading === undefined ? [] : [reading]
}

/** Whether the client's locks are held, on the node that serves now. */
function lookAtLocks({ cluster, runId, versions }: DrillRequest, server: Link) {
  return Promise.all(versions.map(version => lookAtLock(cluster, runId, version, server)))
}
