import type { DrillResult } from '../core/drill.ts'
import type { Fault } from './fault.ts'

/** What is judged, of a result. */
export type Judged = Pick<DrillResult, 'operations' | 'bothActive' | 'writes' | 'locks' | 'moments'>

/**
 * Why a drill failed: what may not happen, whatever the fault. Errors that an operation returned are
 * failures, since a hard mount waits. `found`: what the run itself noticed, a takeover that did not come.
 */
export function faultsOf(result: Judged, fault: Fault, found: readonly string[]): readonly string[] {
  const { writes, bothActive, locks, operations } = result
  const reasons = [...found]
  if (bothActive.length > 0) {
    const ms = bothActive.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
    reasons.unshift(`both nodes were active for ${(ms / 1000).toFixed(1)} s`)
  }
  if (writes.lost !== 'unknown' && writes.lost > 0)
    reasons.unshift(`${writes.lost} of ${writes.acknowledged} acknowledged writes are lost`)
  if (writes.corrupt > 0) reasons.unshift(`${writes.corrupt} records hold other bytes than were written`)
  for (const { nfsVersion, result: kept } of locks)
    if (kept === 'lost') reasons.push(`the lock over v${nfsVersion} was lost`)
  for (const { kind, nfsVersion, failed } of operations)
    if (failed > 0) reasons.push(`${failed} ${kind} operations over v${nfsVersion} failed or never ended`)
  if (fault.outcome === 'stays' && result.moments.some(({ name }) => name === 'promoted'))
    reasons.push('the group moved, and this fault is no reason to')
  return reasons
}
