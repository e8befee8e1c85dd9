import type { Cluster } from '../core/cluster.ts'
import type { Fault } from './fault.ts'
import { ailments, resyncs, statusOf } from './health.ts'
import { settledSplit, settleMs } from './settled-split.ts'
import { type Stage, takeoverLimitMs } from './stage.ts'
import { sleep, until, type Watch } from './watch.ts'

/** What the waits need of a drill. */
export interface Waiting {
  readonly cluster: Cluster
  readonly fault: Fault
  readonly stage: Stage
  readonly watch: Watch
  readonly stop: AbortSignal
  readonly now: () => number
  readonly say: (text: string) => void
}

/** The workload goes on so long once clients are served again. */
export const coolDownMs = 3000

/** Waits for what the fault is to bring about, and as long as it is to last; says what did not come. */
export async function untilFelt(waiting: Waiting): Promise<readonly string[]> {
  const { fault, stage, stop, now } = waiting
  const beganMs = now()
  const reasons = fault.outcome === 'moves' ? await untilMoved(waiting) : []
  const leftMs = fault.healed === 'after-deadtime' ? stage.scene.lastsMs - (now() - beganMs) : 0
  await sleep(Math.max(leftMs, coolDownMs), stop)
  return reasons
}

async function untilMoved({ stage, watch, stop, now, say }: Waiting): Promise<readonly string[]> {
  const { name } = stage.passive
  const taker = stage.observers.find(({ node }) => node === name)
  let movedMs: number | undefined
  const isServed = () => {
    if (taker?.state() === 'PMNV') movedMs ??= now()
    return movedMs !== undefined && watch.servesSince(movedMs)
  }
  if (!(await until(isServed, takeoverLimitMs, stop)))
    return [`clients were not served by ${name} within ${takeoverLimitMs / 1000} s`]
  say(`${name} serves`)
  return []
}

/** How the waiting for health ended: the node that serves, and what is wrong still. */
export interface Health {
  readonly active: string | undefined
  readonly reasons: readonly string[]
}

/**
 * Waits until status calls the pair healthy and clients were served since the healing; watches nodes
 * again that come back. Says what it is not, when the time is over or a split-brain has settled.
 */
export async function untilHealthy(
  { cluster, stage, watch, stop, now, say }: Waiting,
  healedMs: number,
  limitMs: number,
): Promise<Health> {
  let why: readonly string[] = []
  let active: string | undefined
  const hasSettled = settledSplit(settleMs(cluster.heartbeat.deadtimeMs))
  let isSplit = false
  const tell = everySoOften(say, now)
  const isOver = async () => {
    for (const each of stage.observers) if (!each.isWatching()) await each.watch().catch(() => undefined)
    const status = await statusOf(cluster, stage.nodes)
    active = status.active
    why = ailments(status)
    if (why.length === 0 && !watch.servesSince(healedMs)) why = ['clients are not served']
    isSplit = hasSettled(status, now())
    if (!isSplit && why.length > 0) tell(`waiting: ${[...why, ...resyncs(status)].join('; ')}`)
    return isSplit || why.length === 0
  }
  if ((await until(isOver, limitMs, stop, 1000)) && !isSplit) {
    say('the pair is healthy again')
    return { active, reasons: [] }
  }
  if (isSplit) say('a split-brain, which does not heal by itself: not waiting any longer')
  const seconds = Math.round((now() - healedMs) / 1000)
  const next = isSplit ? 'nfsha split-brain show' : 'nfsha status'
  return {
    active,
    reasons: [`not healthy ${seconds} s after the healing: ${why.join('; ')} (see ${next})`],
  }
}

/** A resync may take minutes: how it goes on is told so often, milliseconds. */
const tellEveryMs = 10_000

/** Says something new, but not more often than people read. */
function everySoOften(say: Waiting['say'], now: Waiting['now']): Waiting['say'] {
  let last = ''
  let toldMs = Number.NEGATIVE_INFINITY
  return text => {
    if (text === last || now() - toldMs < tellEveryMs) return
    last = text
    toldMs = now()
    say(text)
  }
}
