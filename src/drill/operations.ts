import type { OperationKind, OperationPoint, OperationSeries } from '../core/drill.ts'
import type { OperationRecord } from './records.ts'

/** An operation this slow is always drawn. */
const slowMs = 250
/** How many of the others are. */
const drawn = 300

export interface SeriesRequest {
  readonly kind: OperationKind
  readonly nfsVersion: OperationSeries['nfsVersion']
  readonly records: readonly OperationRecord[]
  /** The client's clock to milliseconds after the injection. */
  readonly toRelative: (clientMs: number) => number
  /** The end of the observation, relative. */
  readonly untilMs: number
}

/** The figures of one kind. The stall and the percentiles are of what the fault could touch: all that ended after it. */
export function seriesOf({ kind, nfsVersion, records, toRelative, untilMs }: SeriesRequest): OperationSeries {
  const points = records.map(({ beganMs, endedMs, error }): OperationPoint => {
    const atMs = toRelative(beganMs)
    const end = endedMs === undefined ? Math.max(untilMs, atMs) : toRelative(endedMs)
    return { atMs, durationMs: end - atMs, ok: endedMs !== undefined && error === undefined }
  })
  const touched = points.filter(({ atMs, durationMs }) => atMs + durationMs >= 0)
  const sorted = touched.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  return {
    kind,
    nfsVersion,
    count: points.length,
    failed: points.filter(({ ok }) => !ok).length,
    worstMs: Math.round(sorted.at(-1) ?? 0),
    p50Ms: Math.round(percentile(sorted, 0.5) * 10) / 10,
    p99Ms: Math.round(percentile(sorted, 0.99) * 10) / 10,
    points: thin(points).map(({ atMs, durationMs, ok }) => ({
      atMs: Math.round(atMs),
      durationMs: Math.round(durationMs * 10) / 10,
      ok,
    })),
  }
}

/** The smallest value that this share of all does not exceed (nearest rank); 0 of nothing. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

function thin(points: readonly OperationPoint[]): readonly OperationPoint[] {
  const every = Math.max(1, Math.ceil(points.length / drawn))
  return points.filter(({ durationMs, ok }, at) => !ok || durationMs >= slowMs || at % every === 0)
}

/** What the operations failed with, once each. */
export function errorsOf(records: readonly OperationRecord[]): readonly string[] {
  return [...new Set(records.flatMap(({ error }) => (error === undefined ? [] : [error])))]
}
