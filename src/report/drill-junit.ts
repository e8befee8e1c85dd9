import type { DrillResult } from '../core/drill.ts'
import type { JunitCase } from './junit.ts'

/** A drill as cases of a JUnit report: the verdict, and each kind of operation with its stall. */
export function drillCases(result: DrillResult): readonly JunitCase[] {
  const className = `drill.${result.fault}.${result.variant}`
  const { verdict, reasons, writes } = result
  return [
    {
      className,
      name: result.runId,
      output: `${writes.acknowledged} writes acknowledged, lost: ${writes.lost}`,
      ...(verdict === 'failed' && { failure: reasons.join('; ') }),
    },
    ...result.operations.map(({ kind, nfsVersion, worstMs, p99Ms, failed }) => ({
      className,
      name: `${kind} v${nfsVersion}`,
      output: `worst ${worstMs} ms, p99 ${p99Ms} ms`,
      ...(failed > 0 && { failure: `${failed} operations failed or never ended` }),
    })),
  ]
}
