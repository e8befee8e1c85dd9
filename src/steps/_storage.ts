import type { Node, Volume } from '../core/cluster.ts'
import { drbdTarget } from '../core/spelling.ts'

/** One step instance a volume. */
export const overVolumes = (cluster: { readonly volumes: readonly Volume[] }) =>
  cluster.volumes.map(volume => ({ key: volume.name, item: volume }))

/** The backing disk of a volume on a node; inventory/cluster refuses a volume without one. */
export function backingDisk(node: Node, volume: Volume): string {
  const path = node.disks[volume.name]
  if (path === undefined) throw new TypeError(`${volume.name} has a disk on ${node.name}`)
  return path
}

/** The unit that brings a resource up at boot: it adjusts and never waits for the peer. */
export function resourceTarget(volume: Volume): string {
  return drbdTarget(volume.name)
}
