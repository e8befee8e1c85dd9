import type { ClusterStatus } from '../status/status.ts'

/** Says whether a split-brain has settled; told each status as it comes. */
export type SettledSplit = (status: Pick<ClusterStatus, 'verdict' | 'active'>, nowMs: number) => boolean

/**
 * After a partition heals, heartbeat restarts itself on both sides and the group may still move: writes
 * are lost then (domain 9.2, 9.6), and a drill must see it. Restart, deadtime and takeover are over within this.
 */
export const settleMs = (deadtimeMs: number) => 3 * deadtimeMs + 60_000

/**
 * A split-brain that stayed the same for so long, with the same node serving (or none), waits for a person:
 * no healing brings the pair back to health.
 */
export function settledSplit(forMs: number): SettledSplit {
  let since: { readonly active: string | undefined; readonly atMs: number } | undefined
  return ({ verdict, active }, nowMs) => {
    if (verdict !== 'split-brain') since = undefined
    else if (since === undefined || since.active !== active) since = { active, atMs: nowMs }
    return since !== undefined && nowMs - since.atMs >= forMs
  }
}
