import type { Cluster } from './cluster.ts'

/** There while a node holds the group; made anew by each start, and gone as soon as it is being given up (resource.d/nfsha). */
export const groupMark = '/run/nfsha/group.active'

/** Which phase of the group's start failed here, and why (resource.d/nfsha); gone once it begins anew. */
export const startFailedRecord = '/run/nfsha/start-failed'

/** The same of the peer, as it told (rc.d/nfsha), and when, in milliseconds since this node booted; gone once it serves. */
export const peerStartFailedRecord = '/run/nfsha/peer-start-failed'

/**
 * How long a start may take, guard aside, where the peer has given the group up and could have it back. A start takes
 * seconds, some ten of them under emulation at load.
 */
export const handedOverStartMs = 60_000

/** Tries on a node what a takeover there would run, without touching the service. */
export const rehearsalScript = '/usr/local/sbin/nfsha-rehearse'

/** The script that takes and gives up the resource group. */
export function groupScript({ platform }: Pick<Cluster, 'platform'>): string {
  return `${platform.paths.haDir}/resource.d/nfsha`
}

/** The command that makes a node start or stop the whole group, each part as needed. */
export function groupCommand(cluster: Cluster, verb: 'start' | 'stop'): readonly string[] {
  const { heartbeatShare } = cluster.platform.paths
  if (cluster.group === 'lean') return [groupScript(cluster), cluster.name, verb]
  // Takes or gives up the chain of agents by its key, the first resource (heartbeat, ResourceManager).
  const manager = `${heartbeatShare}/ResourceManager`
  const [first] = cluster.volumes
  return [manager, verb === 'start' ? 'takegroup' : 'givegroup', `drbddisk::${first?.name ?? ''}`]
}
