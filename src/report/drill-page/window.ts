import type { DrillResult, MomentName, OperationSeries, Stretch } from '../../core/drill.ts'

/** The worst operation of all fsync'd appends, or of all operations where there were no appends. */
export interface Stall extends Stretch {
  readonly series: OperationSeries
  readonly worstMs: number
}

export function momentAt(result: DrillResult, name: MomentName): number | undefined {
  return result.moments.find(moment => moment.name === name)?.atMs
}

/** The stall that the drill is about; nothing where no client worked. */
export function stallOf({ operations }: DrillResult): Stall | undefined {
  const appends = operations.filter(({ kind }) => kind === 'append')
  const [series] = (appends.length > 0 ? appends : operations).toSorted((a, b) => b.worstMs - a.worstMs)
  if (series === undefined) return undefined
  const worst = series.points.toSorted((a, b) => b.durationMs - a.durationMs)[0]
  const fromMs = worst?.atMs ?? 0
  return { series, worstMs: series.worstMs, fromMs, toMs: fromMs + series.worstMs }
}

/** All that was observed, from the first operation to the last event. */
export function wholeRun(result: DrillResult): Stretch {
  const ends = [
    ...result.operations.flatMap(({ points }) =>
      points.flatMap(({ atMs, durationMs }) => [atMs, atMs + durationMs]),
    ),
    ...result.moments.map(({ atMs }) => atMs),
    ...[...result.active.flatMap(({ during }) => during), ...result.bothActive].flatMap(
      ({ fromMs, toMs }) => [fromMs, toMs],
    ),
    0,
  ]
  return {
    fromMs: ends.reduce((a, b) => Math.min(a, b)),
    toMs: Math.max(
      1000,
      ends.reduce((a, b) => Math.max(a, b)),
    ),
  }
}

const pathEnd: readonly MomentName[] = ['first-acknowledged', 'vip-seen', 'grace-ended']

/** The part to look at closely: the fault until service is back, and some of the calm on both sides. */
export function focus(result: DrillResult): Stretch {
  const whole = wholeRun(result)
  const stall = stallOf(result)
  const ends = [stall?.toMs, ...pathEnd.map(name => momentAt(result, name))].filter(end => end !== undefined)
  const end = Math.max(1000, ...ends)
  const start = Math.min(0, stall?.fromMs ?? 0)
  const calm = Math.max(1500, (end - start) * 0.25)
  return { fromMs: Math.max(whole.fromMs, start - calm), toMs: Math.min(whole.toMs, end + calm) }
}

/** The part of a stretch inside a window, or nothing. */
export function clipped(stretch: Stretch, { fromMs, toMs }: Stretch): readonly Stretch[] {
  const inside = { fromMs: Math.max(stretch.fromMs, fromMs), toMs: Math.min(stretch.toMs, toMs) }
  return inside.toMs > inside.fromMs ? [inside] : []
}
