import type { DrillResult } from '../../core/drill.ts'
import { medianMiss } from '../drill-page/miss.ts'
import { count, measured, measuredRange, plural } from '../page/words.ts'
import { lossOf, resumeMs, type Spread, spreadOf, worstAppendMs } from './summary.ts'

/** The labels that a matrix gives to its runs: our settings, and the article's design. */
export const ownVariant = 'default'
export const baselineVariant = 'article-001'

/** The same two with the article's own loop beside the workload: 10 MB files disturb the other figures. */
const yardstickOf = (variant: string) => `${variant}-yardstick`

/** How a figure stands against what it is to reach: at most `gate`, better `goal`. */
export type Standing = 'goal' | 'gate' | 'missed' | 'not run' | 'not judged'

export const standingTexts: Readonly<Record<Standing, string>> = {
  goal: 'goal reached',
  gate: 'gate passed',
  missed: 'missed',
  'not run': 'not run',
  'not judged': 'beside it',
}

/** A row of the figures that a release is judged by. */
export interface FigureRow {
  readonly name: string
  /** What the article reported, and what a script written by hand reached. */
  readonly article: string
  readonly byHand: string
  readonly gate: string
  readonly goal: string
  readonly baseline: string
  readonly own: string
  readonly standing: Standing
}

interface TimeFigure {
  readonly name: string
  readonly faults: readonly string[]
  readonly article: string
  readonly byHand: string
  readonly gateMs: number
  readonly goalMs: number
  readonly value: (result: DrillResult) => number | undefined
}

/** Faults with the largest share in planned and unplanned failovers, and what they may cost. */
export const timeFigures: readonly TimeFigure[] = [
  {
    name: 'planned switchover, worst fsync’d append',
    faults: ['standby'],
    article: 'about 100 s with creates',
    byHand: '6.8 s',
    gateMs: 7000,
    goalMs: 5000,
    value: worstAppendMs,
  },
  {
    name: 'active node’s power cut, deadtime 5 s',
    faults: ['power-cut'],
    article: 'about 100 s',
    byHand: '15.0 s',
    gateMs: 13_000,
    goalMs: 11_000,
    value: worstAppendMs,
  },
  {
    name: 'service NIC cut',
    faults: ['service-nic-cut'],
    article: '–',
    byHand: '–',
    gateMs: 16_000,
    goalMs: 14_000,
    value: worstAppendMs,
  },
  {
    name: 'first acknowledged operation after the VIP answers',
    faults: ['standby', 'power-cut', 'service-nic-cut'],
    article: '–',
    byHand: '1.5–3.8 s',
    gateMs: 3000,
    goalMs: 1500,
    value: resumeMs,
  },
]

/** The figures as measured, each beside the article's design run in the same sitting. */
export function figureRows(results: readonly DrillResult[]): readonly FigureRow[] {
  return [
    ...timeFigures.map(figure => timeRow(figure, results)),
    ...[lossRow(results), lockRow(results), predictionRow(results)],
    ...[slowestRow('standby', 'planned switchover', results), slowestRow('power-cut', 'power cut', results)],
    yardstickRow(results),
  ]
}

const of = (results: readonly DrillResult[], variant: string) =>
  results.filter(result => result.variant === variant)

function timeRow(figure: TimeFigure, results: readonly DrillResult[]): FigureRow {
  const { name, faults, article, byHand, gateMs, goalMs, value } = figure
  const spread = (variant: string) =>
    spreadOf(
      of(results, variant)
        .filter(({ fault }) => faults.includes(fault))
        .flatMap(result => value(result) ?? []),
    )
  const own = spread(ownVariant)
  return {
    ...{ name, article, byHand },
    gate: `${gateMs / 1000} s`,
    goal: `${goalMs / 1000} s`,
    baseline: spreadText(spread(baselineVariant)),
    own: spreadText(own),
    standing: standingOf(own?.median, gateMs, goalMs),
  }
}

function standingOf(value: number | undefined, gate: number, goal: number): Standing {
  if (value === undefined) return 'not run'
  if (value <= goal) return 'goal'
  return value <= gate ? 'gate' : 'missed'
}

/** `5.05 s (4.80–5.60 s, 5 runs)`. */
export function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return 'not run'
  const { median, min, max, runs } = spread
  const range = measuredRange(min, max)
  return `${measured(median)} (${range.includes('–') ? `${range}, ` : ''}${plural(runs, 'run')})`
}

/** Without fencing, a partition, a thawed node or two faults at once can make two actives: they are counted apart. */
function needsFencing({ fault }: DrillResult): boolean {
  return fault.includes('+') || fault === 'all-cut' || fault === 'node-freeze'
}

/** Counted over every set of our settings that is safe for the fault. */
function isPromised(result: DrillResult): boolean {
  if ([baselineVariant, yardstickOf(baselineVariant)].includes(result.variant)) return false
  return !needsFencing(result) || result.settings.fencing !== 'none'
}

function lossRow(results: readonly DrillResult[]): FigureRow {
  const textOf = (some: readonly DrillResult[]) => {
    const { lost, unknown } = lossOf(some)
    if (some.length === 0) return 'not run'
    return `${count(lost)} in ${plural(some.length - unknown, 'drill')}${unknown === 0 ? '' : `, not known in ${unknown} more`}`
  }
  const promised = results.filter(isPromised)
  const { lost, unknown } = lossOf(promised)
  return {
    name: 'acknowledged writes lost (double faults, partitions and thawed nodes: with fencing)',
    article: '–',
    byHand: '122–152 without fencing',
    gate: '0',
    goal: '0',
    baseline: textOf(of(results, baselineVariant)),
    own: textOf(promised),
    standing: promised.length === 0 ? 'not run' : lost + unknown === 0 ? 'goal' : 'missed',
  }
}

function lockRow(results: readonly DrillResult[]): FigureRow {
  const locksOf = (variant: string) => {
    const held = of(results, variant)
      .filter(({ fault }) => fault === 'standby' || fault === 'power-cut')
      .flatMap(({ locks }) =>
        locks.filter(({ nfsVersion, result }) => nfsVersion === '4.2' && result !== 'not-held'),
      )
    const kept = held.filter(({ result }) => result === 'kept').length
    return {
      held: held.length,
      kept,
      text: held.length === 0 ? 'not run' : `kept in ${kept} of ${held.length}`,
    }
  }
  const own = locksOf(ownVariant)
  return {
    name: 'v4.2 lock held through planned switchover and power cut',
    article: 'lost',
    byHand: 'kept',
    gate: 'kept',
    goal: 'kept',
    baseline: locksOf(baselineVariant).text,
    own: own.text,
    standing: own.held === 0 ? 'not run' : own.kept === own.held ? 'goal' : 'missed',
  }
}

/** A prediction from drills of the same kind holds when the stall is at most this share off. */
const predictionShare = 0.25

/** Counted where drills of the same kind came before on the pair: a range from timers alone promises less. */
function predictionRow(results: readonly DrillResult[]): FigureRow {
  const misses = of(results, ownVariant).flatMap(medianMiss)
  const held = misses.filter(miss => miss <= predictionShare).length
  const percent = (share: number) => `${Math.round(share * 100)} %`
  const worst = percent(Math.max(0, ...misses))
  return {
    name: 'predicted from the drills before: planned, power cut, NIC cut',
    ...{ article: '–', byHand: '–', baseline: '–' },
    ...{ gate: `within ${percent(predictionShare)}`, goal: `within ${percent(predictionShare)}` },
    own: misses.length === 0 ? 'not run' : `${held} of ${misses.length} within; at worst ${worst} off`,
    standing: misses.length === 0 ? 'not run' : held === misses.length ? 'goal' : 'missed',
  }
}

/** Of all kinds and NFS versions that the inventory enables: what waits out a grace period is not the append. */
function slowestRow(fault: string, title: string, results: readonly DrillResult[]): FigureRow {
  return besideRow(`${title}, slowest operation of any kind`, variant =>
    of(results, variant)
      .filter(each => each.fault === fault)
      .flatMap(({ operations }) => slowestOf(operations)),
  )
}

/** One value a drill, whatever NFS versions it has; none where nothing was done. */
function slowestOf(operations: DrillResult['operations']): readonly number[] {
  return operations.length === 0 ? [] : [Math.max(...operations.map(({ worstMs }) => worstMs))]
}

/** The loop that the article measured itself by. */
function yardstickRow(results: readonly DrillResult[]): FigureRow {
  const name = 'planned switchover, slowest round of the article’s loop (dd of 10 MB, stat)'
  const row = besideRow(name, variant =>
    of(results, yardstickOf(variant))
      .filter(({ fault }) => fault === 'standby')
      .flatMap(({ operations }) => slowestOf(operations.filter(({ kind }) => kind === 'yardstick'))),
  )
  return { ...row, article: '115.7 s' }
}

/** A figure that nobody set a limit, of the article's design and of ours. Milliseconds. */
function besideRow(name: string, valuesOf: (variant: string) => readonly number[]): FigureRow {
  const text = (variant: string) => spreadText(spreadOf(valuesOf(variant)))
  return {
    name,
    ...{ article: '–', byHand: '–', gate: '–', goal: '–', standing: 'not judged' },
    ...{ baseline: text(baselineVariant), own: text(ownVariant) },
  }
}
