import type { Node } from '../core/cluster.ts'
import type { Side } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import type { DrbdState } from '../facts/drbd.ts'
import { holdOf } from './_hold.ts'

/**
 * The marker of a node that is held and does not replicate a volume, on purpose: `nfsha isolate` left it so, and
 * after a boot it is not up. Undefined where that is not so. The step must read what `respectHold` does.
 */
export function isolationOf(side: Side<Reads, Node>, status: Fact<DrbdState>): string | undefined {
  const isOut =
    status.state === 'absent' || (status.state === 'present' && status.value.connection === 'StandAlone')
  return isOut ? holdOf(side) : undefined
}
