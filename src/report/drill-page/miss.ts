import type { DrillResult } from '../../core/drill.ts'
import { stallOf } from './window.ts'

/** How far the measured stall is from the predicted range, as a share of the nearer end: 0 inside it. */
export function missOf(result: DrillResult): number | undefined {
  const stall = stallOf(result)
  if (result.prediction === undefined || stall === undefined) return undefined
  const { lowMs, highMs } = result.prediction
  if (stall.worstMs < lowMs) return (stall.worstMs - lowMs) / lowMs
  return stall.worstMs > highMs ? (stall.worstMs - highMs) / highMs : 0
}

/** `as predicted`, `12 % above the prediction`. */
export function missText(miss: number): string {
  if (miss === 0) return 'as predicted'
  return `${Math.round(Math.abs(miss) * 100)} % ${miss > 0 ? 'above' : 'below'} the prediction`
}

/** How far the stall was from the median of the drills before, as a share of it. */
export function medianMiss(result: DrillResult): readonly number[] {
  const { prediction } = result
  const stall = stallOf(result)
  if (prediction?.from !== 'last-drill' || stall === undefined) return []
  const { drills, lowMs, highMs } = prediction
  // Earlier results have the median for both ends.
  const medianMs = drills?.medianMs ?? (lowMs === highMs ? lowMs : undefined)
  return medianMs === undefined ? [] : [Math.abs(stall.worstMs - medianMs) / medianMs]
}
