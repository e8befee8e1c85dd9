import type { DrillResult } from '../../src/core/drill.ts'
import { powerCutDrill } from './sample-drill.ts'

/** A drill whose worst append took `stallMs`. */
export function drillOf(
  fault: string,
  variant: string,
  stallMs: number,
  change: Partial<DrillResult> = {},
): DrillResult {
  const [append] = powerCutDrill.operations
  if (append === undefined) throw new Error('the sample has no appends')
  const seen = stallMs - 1400
  return {
    ...powerCutDrill,
    fault,
    variant,
    operations: [{ ...append, worstMs: stallMs, points: [{ atMs: -20, durationMs: stallMs, ok: true }] }],
    moments: [
      { name: 'vip-seen', atMs: seen, host: 'c1', uncertaintyMs: 58 },
      { name: 'first-acknowledged', atMs: stallMs - 20, host: 'c1', uncertaintyMs: 8 },
    ],
    ...change,
  }
}

const lost = { ...powerCutDrill.writes, lost: 152 }

/** A small matrix: three faults of the figures, the article's design beside ours, and a partition. */
export const matrixResults: readonly DrillResult[] = [
  ...[4800, 5100, 4950, 5600, 5050].map(ms => drillOf('standby', 'default', ms)),
  ...[100_700, 101_100].map(ms =>
    drillOf('standby', 'article-001', ms, { locks: [{ nfsVersion: '4.2', result: 'lost' }] }),
  ),
  ...[10_400, 11_900, 11_500].map(ms => drillOf('power-cut', 'default', ms)),
  drillOf('power-cut', 'article-001', 99_000),
  ...[17_500, 16_800, 16_900].map(ms => drillOf('service-nic-cut', 'default', ms)),
  drillOf('all-cut', 'witness', 12_300, { settings: { ...powerCutDrill.settings, fencing: 'witness' } }),
  drillOf('all-cut', 'default', 15_000, {
    writes: lost,
    bothActive: [{ fromMs: 9000, toMs: 20_000 }],
    verdict: 'failed',
  }),
]
