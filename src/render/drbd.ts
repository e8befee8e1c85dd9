import { linksFor, type Volume } from '../core/cluster.ts'
import { fencePeerFile } from '../core/fencing.ts'
import { drbdWord } from '../core/spelling.ts'
import { linkEnd } from './heartbeat.ts'
import type { View, Viewed } from './view.ts'

const yesNo = (on: boolean): 'yes' | 'no' => (on ? 'yes' : 'no')

/**
 * drbd.conf(5), `common`. The dialects differ in where `fencing` stands: in `disk` for 8.4, in `net`
 * for 9; each refuses the other's place. Times are in tenths of a second where DRBD counts so.
 */
export const drbdCommon: View = ({ cluster, hide }) => {
  const { drbd, platform } = cluster
  const fencing = drbd.fencing === 'dont-care' ? undefined : drbd.fencing
  return {
    dialect: platform.drbdDialect,
    handler: `${platform.paths.drbdDir}/nfsha-handler`,
    fencePeer: fencing === undefined ? undefined : fencePeerFile(cluster),
    fencingOfDisk: platform.drbdDialect === '8.4' ? fencing : undefined,
    fencingOfNet: platform.drbdDialect === '9' ? fencing : undefined,
    onIoError: drbd.onIoError,
    diskFlushes: yesNo(drbd.diskFlushes),
    mdFlushes: yesNo(drbd.mdFlushes),
    alExtents: drbd.alExtents,
    resyncRate: drbd.resyncRate,
    cPlanAhead: drbd.cPlanAhead,
    cFillTarget: drbd.cFillTarget,
    cMinRate: drbd.cMinRate,
    cMaxRate: drbd.cMaxRate,
    timeout: drbd.timeoutMs / 100,
    pingInt: drbd.pingIntMs / 1000,
    pingTimeout: drbd.pingTimeoutMs / 100,
    connectInt: drbd.connectIntMs / 1000,
    koCount: drbd.koCount,
    maxBuffers: drbd.maxBuffers,
    maxEpochSize: drbd.maxEpochSize,
    sndbufSize: drbd.sndbufSize,
    verifyAlg: drbd.verifyAlg,
    cramHmacAlg: drbd.cramHmacAlg,
    sharedSecret: drbd.sharedSecret === undefined ? undefined : hide(drbd.sharedSecret),
    afterSb0pri: drbd.afterSb0pri,
    afterSb1pri: drbd.afterSb1pri,
    afterSb2pri: drbd.afterSb2pri,
    rrConflict: drbd.rrConflict,
  }
}

/** drbd.conf(5), `resource`: the item is the volume. DRBD 9 wants a number for each node. */
export const drbdResource: View = from => {
  const { cluster } = from
  const volume = volumeOf(from)
  const [replication] = linksFor(cluster, 'replication')
  if (replication === undefined) throw new TypeError('a cluster has a replication link')
  return {
    name: drbdWord(volume.name),
    device: volume.device,
    minor: volume.minor,
    nodes: cluster.nodes.map((node, id) => ({
      name: drbdWord(node.name),
      hasId: cluster.platform.drbdDialect === '9',
      id,
      disk: diskOf(node.disks, volume),
      address: linkEnd(node, replication.name).address,
      port: volume.port,
    })),
  }
}

function volumeOf({ cluster, item }: Viewed): Volume {
  const volume = cluster.volumes.find(each => each === item)
  if (volume === undefined)
    throw new TypeError('etc/drbd.d/resource.res is rendered for a volume of the cluster')
  return volume
}

function diskOf(disks: Readonly<Record<string, string>>, volume: Volume): string {
  const disk = disks[volume.name]
  if (disk === undefined) throw new TypeError(`the volume ${volume.name} has a disk on each node`)
  return disk
}
