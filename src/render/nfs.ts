import { type Cluster, stateVolume } from '../core/cluster.ts'
import { specifierSafe } from '../core/spelling.ts'
import type { View } from './view.ts'

const onOff = (on: boolean): 'y' | 'n' => (on ? 'y' : 'n')

/** Our directory on the volume that carries the state. */
export function stateDirectory(cluster: Cluster): string {
  return `${stateVolume(cluster).mountPoint}/.nfsha`
}

/** The file on the volume in which the file system of the state is. */
export function stateImage(cluster: Cluster): string {
  return `${stateDirectory(cluster)}.img`
}

/** Its size: room for the records of tens of thousands of clients, and little of any volume. */
export const stateMiB = 16

/** Where nfsdcld keeps the client database, or undefined for its own place on the node. */
export function databaseDirectory(cluster: Cluster): string | undefined {
  return cluster.nfs.clientDatabaseOnVolume ? `${stateDirectory(cluster)}/nfsdcld` : undefined
}

/** Where statd keeps whom to notify. With v3 off nobody is notified, and statd must not hold the volume. */
export function statdDirectory(cluster: Cluster): string | undefined {
  const { v3, lockRecovery } = cluster.nfs
  return v3 && lockRecovery ? `${stateDirectory(cluster)}/statd` : undefined
}

/** Whether anything of ours is kept on the volume. */
export function usesState(cluster: Cluster): boolean {
  return (
    cluster.group === 'lean' ||
    databaseDirectory(cluster) !== undefined ||
    statdDirectory(cluster) !== undefined
  )
}

/** nfs.conf(5) of nfs-utils 2.6.2. */
export const nfsConfView: View = ({ cluster }) => {
  const { nfs } = cluster
  return {
    threads: nfs.threads,
    v3: onOff(nfs.v3),
    v40: onOff(nfs.v40),
    graceSeconds: nfs.graceSeconds,
    leaseSeconds: nfs.leaseSeconds,
    mountdPort: nfs.mountdPort,
    lockdPort: nfs.lockdPort,
    statdPort: nfs.statdPort,
    statdOutgoingPort: nfs.statdOutgoingPort,
    statdDirectory: statdDirectory(cluster),
    databaseDirectory: databaseDirectory(cluster),
  }
}

export const nfsServerUnitView: View = ({ cluster }) => ({
  lean: cluster.group === 'lean',
  scope: cluster.nfs.scope,
  heartbeatUnit: cluster.platform.units.heartbeat,
  groupScript: `${cluster.platform.paths.haDir}/resource.d/nfsha`,
})

export const nfsdcldUnitView: View = ({ cluster }) => ({
  mountPoint: databaseDirectory(cluster) && specifierSafe(stateVolume(cluster).mountPoint),
})

export const portmapperView: View = ({ cluster }) => ({ portmapper: cluster.nfs.portmapper })

export const statdUnitView: View = viewed => ({
  ...portmapperView(viewed),
  mountPoint: statdDirectory(viewed.cluster) && specifierSafe(stateVolume(viewed.cluster).mountPoint),
})
