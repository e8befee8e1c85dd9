import type { Volume } from '../core/cluster.ts'
import type { Fact } from '../core/fact.ts'
import type { DrbdMetadata } from './drbd-metadata.ts'
import { type Content, isLabelOf } from './filesystem.ts'
import { compareGenerations } from './generations.ts'

/** What one side's disk says of a volume. */
export interface VolumeSide {
  readonly metadata: Fact<DrbdMetadata>
  readonly contents: Fact<readonly Content[]>
}

/**
 * Whether both disks hold one volume that nfsha made and a teardown left: DRBD metadata of the same
 * lineage that have held data, and behind them on both sides nothing but the finished file system that
 * bears the volume's label. No node remembers having made it; the disks themselves say so.
 */
export function isLeftVolume(volume: Volume, self: VolumeSide, peer: VolumeSide): boolean {
  if (self.metadata.state !== 'present' || peer.metadata.state !== 'present') return false
  const [own, other] = [self.metadata.value, peer.metadata.value]
  if (own.justCreated || other.justCreated) return false
  if (compareGenerations(own.generations, other.generations) === 'unrelated') return false
  return [self, peer].every(({ contents }) => isFinished(volume, contents))
}

function isFinished(volume: Volume, contents: Fact<readonly Content[]>): boolean {
  if (contents.state !== 'present') return false
  const [only, ...others] = contents.value
  return others.length === 0 && only?.type === volume.fsType && isLabelOf(volume, only.label)
}
