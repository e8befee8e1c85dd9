import type { DrillResult } from '../../core/drill.ts'
import { momentAt, stallOf } from '../drill-page/window.ts'

/** The middle of several runs, and how far they lay apart. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

/** All drills of one fault with one set of settings. */
export interface Cell {
  readonly fault: string
  readonly variant: string
  readonly runs: number
  readonly passed: number
  /** Worst fsync'd append of each run, in milliseconds; missing where no client worked. */
  readonly stall?: Spread
  /** Of the runs in which they could be compared afterwards. */
  readonly acknowledged: number
  readonly lost: number
  /** Runs in which they could not. */
  readonly unknown: number
  /** Runs in which two nodes were active at once. */
  readonly twoActive: number
  /** Over v4.2. */
  readonly locks: { readonly held: number; readonly kept: number }
}

/** One cell for each fault and variant that was run, in the order of their first runs, faults together. */
export function cellsOf(results: readonly DrillResult[]): readonly Cell[] {
  const faults = [...new Set(results.map(({ fault }) => fault))]
  return faults.flatMap(fault => {
    const ofFault = results.filter(result => result.fault === fault)
    return [...new Set(ofFault.map(({ variant }) => variant))].map(variant =>
      cellOf(
        fault,
        variant,
        ofFault.filter(result => result.variant === variant),
      ),
    )
  })
}

function cellOf(fault: string, variant: string, results: readonly DrillResult[]): Cell {
  const stall = spreadOf(results.flatMap(result => worstAppendMs(result) ?? []))
  const held = results.flatMap(({ locks }) =>
    locks.filter(({ nfsVersion, result }) => nfsVersion === '4.2' && result !== 'not-held'),
  )
  return {
    fault,
    variant,
    runs: results.length,
    passed: results.filter(({ verdict }) => verdict === 'passed').length,
    ...(stall !== undefined && { stall }),
    ...lossOf(results),
    twoActive: results.filter(({ bothActive }) => bothActive.length > 0).length,
    locks: { held: held.length, kept: held.filter(({ result }) => result === 'kept').length },
  }
}

/** What became of the writes of several drills, as far as it is known. */
export function lossOf(results: readonly DrillResult[]): Pick<Cell, 'acknowledged' | 'lost' | 'unknown'> {
  const known = results.flatMap(({ writes: { acknowledged, lost } }) =>
    lost === 'unknown' ? [] : [{ acknowledged, lost }],
  )
  return {
    acknowledged: sum(known.map(({ acknowledged }) => acknowledged)),
    lost: sum(known.map(({ lost }) => lost)),
    unknown: results.length - known.length,
  }
}

/** The worst fsync'd append over v4.2, or over what there was. */
export function worstAppendMs(result: DrillResult): number | undefined {
  const operations = result.operations.filter(({ nfsVersion }) => nfsVersion === '4.2')
  return stallOf(operations.length > 0 ? { ...result, operations } : result)?.worstMs
}

/** From the VIP's first answer to the first acknowledged operation. */
export function resumeMs(result: DrillResult): number | undefined {
  const [seen, first] = [momentAt(result, 'vip-seen'), momentAt(result, 'first-acknowledged')]
  return seen === undefined || first === undefined ? undefined : Math.max(0, first - seen)
}

/** Median, least and greatest; of an even number the median is the mean of the two in the middle. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return undefined
  const half = sorted.length / 2
  const [low = 0, high = 0] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]]
  return { median: (low + high) / 2, min, max, runs: sorted.length }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
