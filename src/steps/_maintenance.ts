import type { Node } from '../core/cluster.ts'
import { type Refusal, refusal, type Side } from '../core/diff.ts'
import type { Reads } from '../core/probe.ts'
import type { Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { hold } from '../facts/hold.ts'
import { maintenanceOf } from '../facts/maintenance.ts'

/** The maintenance that is wanted of this node now; undefined where none is. */
export function maintenanceHere({ host, params }: Given<unknown>): string | undefined {
  if (params.hold === undefined || params.to === undefined || host.name === params.to) return undefined
  return maintenanceOf(params.hold)
}

/** Why nothing that takes a node down may be done to it: it is not held, or by somebody else. */
export function refuseUnheld(
  { host }: Given<unknown>,
  self: Side<Reads, Node>,
  maintenance: string,
): Refusal | undefined {
  const marker = answerTo(self.facts, hold)
  if (marker.state === 'present' && maintenanceOf(marker.value.text) === maintenance) return undefined
  const found = {
    present: () => (marker.state === 'present' ? `it is held ${marker.value.text}` : ''),
    absent: () => 'it is not held',
    unknown: () => (marker.state === 'unknown' ? `whether it is held is not known: ${marker.reason}` : ''),
  }[marker.state]()
  return refusal(
    'not-in-maintenance',
    `${host.name} is not in this maintenance: ${found}`,
    'release it first, when whoever holds it agrees: `nfsha switchover --release`',
  )
}
