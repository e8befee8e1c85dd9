import { clientTrackingPipe, recordsV40 } from '../core/client-tracking.ts'
import { type Cluster, type Node, peerOf } from '../core/cluster.ts'
import { asksToOutdate, freezesWrites } from '../core/fencing.ts'
import {
  groupScript,
  handedOverStartMs,
  peerStartFailedRecord,
  startFailedRecord,
} from '../core/group-command.ts'
import { quote } from '../core/quote.ts'
import { drbdTarget, etabField, mountsField } from '../core/spelling.ts'
import { frozenWaits } from '../core/systemd.ts'
import { databaseDirectory, statdDirectory, stateDirectory, stateImage, stateMiB, usesState } from './nfs.ts'
import type { View } from './view.ts'
import { nicVariables, vipViews } from './vips.ts'

/** The group's script; the same on both nodes, so it holds what each of them needs. */
export const groupView: View = ({ cluster }) => {
  const { nfs, platform } = cluster
  const lean = cluster.group === 'lean'
  const volumes = cluster.volumes.map(volume => ({
    name: volume.name,
    minor: volume.minor,
    // In an advice, which a person gives to a shell.
    target: quote(drbdTarget(volume.name)),
    device: volume.device,
    disk: volume.device.replace('/dev/', ''),
    mountPoint: volume.mountPoint,
    mountField: mountsField(volume.mountPoint),
    fsType: volume.fsType,
    mountOptions: volume.mountOptions.join(',') || 'defaults',
  }))
  const database = databaseDirectory(cluster)
  const statd = statdDirectory(cluster)
  // The daemons that have files on the volume open.
  const keepers = [
    ...(database === undefined ? [] : [{ unit: platform.units.nfsdcld, command: 'nfsdcld' }]),
    ...(statd === undefined ? [] : [{ unit: platform.units.statd, command: 'rpc.statd' }]),
  ]
  return {
    lean,
    startFailed: startFailedRecord,
    handedOverMs: handedOverStartMs,
    heartbeatUnit: platform.units.heartbeat,
    dialect84: platform.drbdDialect === '8.4',
    nodes: cluster.nodes.map(node => nodeView(cluster, node)),
    volumes,
    backwards: volumes.toReversed(),
    vips: vipViews(cluster),
    exports: [...new Set(cluster.exports.map(({ path }) => etabField(path)))],
    databaseDirectory: database,
    recordsV40: recordsV40(cluster),
    trackingPipe: clientTrackingPipe,
    stateDirectory: stateDirectory(cluster),
    stateField: mountsField(stateDirectory(cluster)),
    stateImage: stateImage(cluster),
    stateMiB,
    stateDirectories: database !== undefined || statd !== undefined,
    usesState: usesState(cluster),
    statdDirectory: statd,
    tickle: nfs.tickle,
    gratuitousArp: nfs.gratuitousArp,
    vipLast: nfs.vipLast,
    scope: nfs.scope,
    nfsServerUnit: platform.units.nfsServer,
    mountdUnit: platform.units.mountd,
    frozenWaits,
    nfsdcldUnit: database === undefined ? undefined : platform.units.nfsdcld,
    statdUnit: platform.units.statd,
    rpcbindUnit: platform.units.rpcbind,
    rpcbindSocket: platform.units.rpcbindSocket,
    v3: nfs.v3,
    keepers,
    services: [...keepers.map(({ unit }) => unit), platform.units.nfsServer].join(' '),
    groupScript: groupScript(cluster),
    haresources: `${platform.paths.haDir}/haresources`,
    libexec: platform.paths.heartbeatLibexec,
    patienceMs: guardPatienceMs(cluster),
    freezes: freezesWrites(cluster),
    holdsBack: cluster.fencing.takeover !== 'automatic',
    byHand: cluster.fencing.takeover === 'by-hand',
    delaySeconds: cluster.fencing.takeoverDelayMs / 1000,
    share: platform.paths.heartbeatShare,
  }
}

/** What is needed to take a message of the peer's group script. */
export const groupMessageView: View = ({ cluster }) => {
  const { fencing, platform } = cluster
  const resets = freezesWrites(cluster) && fencing.isolatedRebootMs !== undefined
  const outdate = asksToOutdate(cluster)
  const dialect84 = platform.drbdDialect === '8.4'
  return {
    nodes: cluster.nodes.map(node => nodeView(cluster, node)),
    volumes: cluster.volumes.map(({ name, minor }) => ({ name, minor })),
    peerStartFailed: peerStartFailedRecord,
    dialect84,
    readsProc: dialect84 && (resets || outdate),
    resets,
    outdate,
    connection: resets || outdate,
    freezing: resets,
  }
}

/**
 * How long a node waits, before it refuses, for DRBD to connect (two attempts) or for heartbeat to
 * find out that the peer is gone (deadtime, and the two keepalives that it may be late).
 */
export function guardPatienceMs({ drbd, heartbeat }: Cluster): number {
  return Math.max(
    2 * (drbd.connectIntMs + drbd.timeoutMs),
    heartbeat.deadtimeMs + 2 * heartbeat.keepaliveMs + 2000,
  )
}

/** heartbeat knows nodes by their names in lower case (`cl_status listnodes`). */
export function nodeView(cluster: Cluster, node: Node) {
  return {
    name: node.name,
    peer: peerOf(cluster, node.name).name.toLowerCase(),
    nics: nicVariables(cluster, node),
  }
}
