import type { Cluster } from './cluster.ts'

/**
 * nfsd's pipe to nfsdcld: there for as long as nfsd records its NFSv4 clients through that. nfsd chooses when
 * its first thread starts. It makes the pipe, waits ten times 100 ms for nfsdcld to open it, and else takes it
 * away and records them on the node, where the other one does not look, or not at all
 * (fs/nfsd/nfs4recover.c, nfsd4_cld_tracking_init and nfsd4_client_tracking_init, Linux 6.1). Debian mounts
 * rpc_pipefs there.
 */
export const clientTrackingPipe = '/run/rpc_pipefs/nfsd/cld'

/** Whether we put clients of NFS 4.0 into nfsdcld's database: nfsd does not record one that has only reclaimed. */
export function recordsV40({ nfs }: Pick<Cluster, 'nfs'>): boolean {
  return nfs.v40 && nfs.clientDatabaseOnVolume
}
