import type { Cluster, Volume } from '../core/cluster.ts'
import type { WantedDirectory } from '../facts/filesystem.ts'

/** Where a volume keeps what the cluster itself must remember. */
export function stateDirectory(volume: Volume): string {
  return `${volume.mountPoint}/.nfsha`
}

/**
 * The directories that a volume must have, parents first: the NFS state on the volume that carries
 * it, and the exports.
 */
export function wantedDirectories(cluster: Cluster, volume: Volume): readonly WantedDirectory[] {
  const exported = cluster.exports
    .filter(one => one.volume === volume.name)
    .map(({ path, owner, group, mode }) => ({ path, owner, group, mode }))
  return [...(volume.carriesState ? stateDirectories(cluster, volume) : []), ...exported].toSorted(
    (one, other) => (one.path < other.path ? -1 : 1),
  )
}

/**
 * What the features in use need. rpc.statd runs as the owner of its directory, which is why others
 * may pass through `.nfsha`; it needs `sm` and `sm.bak` (rpc.statd(8)).
 */
function stateDirectories({ nfs }: Cluster, volume: Volume): readonly WantedDirectory[] {
  const state = stateDirectory(volume)
  const root = { owner: 'root', group: 'root', mode: '0700' }
  const statd = { owner: 'statd', group: 'nogroup', mode: '0700' }
  return [
    { path: state, ...root, mode: '0711' },
    ...(nfs.clientDatabaseOnVolume ? [{ path: `${state}/nfsdcld`, ...root }] : []),
    ...(nfs.tickle ? [{ path: `${state}/tickle`, ...root }] : []),
    ...(nfs.v3 && nfs.lockRecovery
      ? ['', '/sm', '/sm.bak'].map(name => ({ path: `${state}/statd${name}`, ...statd }))
      : []),
  ]
}
