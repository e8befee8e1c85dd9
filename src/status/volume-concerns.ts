import type { Cluster } from '../core/cluster.ts'
import { fullness } from '../facts/volume-health.ts'
import type { Concern, VolumeStatus } from './status.ts'

/** What the file system of a volume says of itself, where it is mounted. */
export function fileSystemConcerns(
  { monitor }: Cluster,
  host: string,
  { name, health }: VolumeStatus,
): readonly Concern[] {
  if (health === undefined) return []
  const { errors = 0, isReadOnly } = health
  const concerns: Concern[] = []
  if (errors > 0)
    concerns.push({
      host,
      text: `the file system of ${name} says that it is damaged: ${errors} ${errors === 1 ? 'error' : 'errors'}`,
      next: '`nfsha explain damaged`: what to do, and on which node',
    })
  if (isReadOnly)
    concerns.push({
      host,
      text: `the file system of ${name} takes no writes`,
      next: `see why in ${host}'s kernel log; \`nfsha explain damaged\``,
    })
  const taken = fullness(health)
  if (taken * 100 >= monitor.fullPercent)
    concerns.push({
      host,
      text: `${name} is ${Math.floor(taken * 100)} % full`,
      next: '`nfsha explain nearly-full`: make room, or grow it',
    })
  return concerns
}
