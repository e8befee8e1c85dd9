import type { Cluster, Node, Volume } from '../core/cluster.ts'
import type { Side } from '../core/diff.ts'
import { factValue } from '../core/fact.ts'
import type { Probe, Reads } from '../core/probe.ts'
import type { Given, SplitBrainEvidence } from '../core/step.ts'
import { type DrbdState, drbdSync } from '../facts/drbd.ts'
import { drbdMetadata } from '../facts/drbd-metadata.ts'
import { answerTo, drbdOf } from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { unit } from '../facts/unit.ts'
import { isConnected } from './_drbd-words.ts'
import { groupReads } from './_group.ts'

/** What the steps of a split-brain's repair look at, and more. */
export function splitBrainReads(
  { cluster, host }: Given<unknown>,
  ...more: readonly Probe<unknown>[]
): Reads {
  const { paths, units, drbdDialect } = cluster.platform
  return groupReads(
    cluster,
    heartbeat(paths),
    unit(units.heartbeat),
    promotionGuard,
    ...cluster.volumes.flatMap(volume => [
      drbdMetadata(cluster, host, volume),
      drbdSync(volume, drbdDialect),
    ]),
    ...more,
  )
}

/** A repair that was asked for: whose side is given up, and what was seen before. */
export interface Repair {
  readonly id: string
  readonly discard: string
  readonly evidence: SplitBrainEvidence
}

export function repairOf({ params }: Given<unknown>): Repair | undefined {
  const { discard, repair: id, evidence } = params
  if (discard === undefined || id === undefined || evidence === undefined) return undefined
  return { id, discard, evidence }
}

/** A volume's state on a side; undefined where DRBD is down or does not say. */
export function stateOf(
  cluster: Cluster,
  { facts }: Side<Reads, Node>,
  volume: Volume,
): DrbdState | undefined {
  return factValue(answerTo(facts, drbdOf(cluster, volume)))
}

/** Whether the two sides of a volume talk to each other: then they are of one line, or become so. */
export function isJoined(cluster: Cluster, side: Side<Reads, Node>, volume: Volume): boolean {
  const state = stateOf(cluster, side, volume)
  return state !== undefined && isConnected(state.connection)
}

/** Whether anything of a split-brain is left: a volume whose sides do not talk, or a mark of the guard. */
export function isOpen({ cluster }: Given<unknown>, ...sides: readonly Side<Reads, Node>[]): boolean {
  return sides.some(
    side =>
      cluster.volumes.some(volume => !isJoined(cluster, side, volume)) ||
      marksOf(side).some(mark => mark.endsWith('.split-brain')),
  )
}

/** The promotion guard's marks on a side. */
export function marksOf({ facts }: Side<Reads, Node>): readonly string[] {
  return factValue(answerTo(facts, promotionGuard))?.marks ?? []
}
