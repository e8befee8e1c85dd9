import type { Cluster } from '../core/cluster.ts'
import type { DrillResult, MomentName } from '../core/drill.ts'
import {
  type DrillRecord,
  type FailoverKind,
  type FailoverSample,
  predictFailover,
  type Timers,
  timerMs,
} from '../core/failover.ts'
import { quote } from '../core/quote.ts'
import { drillRecordPath } from '../facts/drill-record.ts'

/** What is predicted for the worst append of a drill of this kind. */
export function predictionFor(
  cluster: Timers,
  kind: FailoverKind,
  record?: DrillRecord,
): DrillResult['prediction'] {
  const predicted = predictFailover(cluster, record)
  const range = { planned: predicted.switchover, crash: predicted.crash, 'nic-cut': predicted.nicCut }[kind]
  if (range === undefined) return undefined
  const ms = (seconds: number) => Math.round(seconds * 1000)
  const [low, high] = range
  const measured = predicted.measured[kind]
  return {
    ...{ lowMs: ms(low), highMs: ms(high), from: predicted.from },
    ...(measured && { drills: { count: measured.drills, medianMs: ms(measured.median) } }),
  }
}

/** What a drill that went its way measured of a kind; undefined when a moment is missing. */
export function sampleOf(
  cluster: Pick<Cluster, 'heartbeat'>,
  kind: FailoverKind,
  { runId, moments, phases, operations }: Pick<DrillResult, 'runId' | 'moments' | 'phases' | 'operations'>,
): FailoverSample | undefined {
  const at = (name: MomentName) => moments.find(moment => moment.name === name)?.atMs
  const [vipUp, back] = [at('vip-up'), at('first-acknowledged')]
  const stalls = operations.filter(each => each.kind === 'append').map(({ worstMs }) => worstMs)
  if (vipUp === undefined || back === undefined || stalls.length === 0) return undefined
  const returnMs = Math.max(0, back - vipUp)
  const total = (verb: 'start' | 'stop') =>
    phases.find(each => each.verb === verb && each.phase === 'total')?.durationMs ?? 0
  return {
    ...{ kind, runId },
    // Not from the fault on: told to move, a node serves on for a while.
    beyondTimerMs: Math.max(...stalls) - returnMs - timerMs(kind, cluster),
    startMs: total('start') + (kind === 'crash' ? 0 : total('stop')),
    returnMs,
  }
}

/** POSIX sh that keeps the record on a node. */
export function keepScript(record: DrillRecord): string {
  const path = quote(drillRecordPath)
  return `umask 022 && mkdir -p "$(dirname ${path})" && printf '%s\\n' ${quote(JSON.stringify(record))} >${path}.new && mv -f ${path}.new ${path}`
}
