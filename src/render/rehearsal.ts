import { recordsV40 } from '../core/client-tracking.ts'
import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { digestOf } from '../core/digest.ts'
import { asksToOutdate, stonithPluginFile } from '../core/fencing.ts'
import { groupScript } from '../core/group-command.ts'
import { mountsField } from '../core/spelling.ts'
import { linkEnd } from './heartbeat.ts'
import { databaseDirectory, statdDirectory, usesState } from './nfs.ts'
import type { View } from './view.ts'

/** Room for marks, logs and tables, with a good rest. */
const leastKib = 1024
const leastInodes = 64

/** What the rehearsal of a takeover tries; the same on both nodes. */
export const rehearsalView: View = ({ cluster }) => {
  const { exportsDir, nfsConfDir } = cluster.platform.paths
  return {
    commands: takeoverCommands(cluster).map(name => ({ name, next: bringsBack(cluster, name) })),
    ownPrograms: ownPrograms(cluster),
    modules: [...new Set(['drbd', 'nfsd', ...cluster.volumes.map(({ fsType }) => fsType)])],
    nodes: cluster.nodes.map(node => ({ name: node.name, nics: vipInterfaces(cluster, node) })),
    volumes: cluster.volumes.map(volumeView),
    groupScript: groupScript(cluster),
    exportsDirectory: exportsDir,
    exportsPath: `${exportsDir}/nfsha.exports`,
    nfsConfDirectory: nfsConfDir,
    nfsConfPath: `${nfsConfDir}/nfsha.conf`,
    leastKib,
    leastInodes,
  }
}

/** Under `mark` the node remembers that these words passed. */
function volumeView({ name, fsType, mkfsOptions, mountOptions, mountPoint }: Volume) {
  const options = mountOptions.join(',') || 'defaults'
  const mark = digestOf({ fsType, mkfsOptions, options }).slice(0, 16)
  const mountField = mountsField(mountPoint)
  return { name, fsType, mkfsOptions, mountOptions: options, mountPoint, mountField, mark }
}

/** Commands that the scripts of the group, the monitor and the handlers run, when they are configured so. */
export function takeoverCommands(cluster: Cluster): readonly string[] {
  const { fencing, monitor, nfs, platform } = cluster
  const { heartbeatLibexec, heartbeatShare } = platform.paths
  const { command, mail, webhook } = monitor.notify
  const wanted: readonly (readonly [boolean, readonly string[]])[] = [
    [true, ['drbdadm', 'drbdsetup', 'mount', 'umount', 'fuser', 'udevadm', 'ip', 'systemctl', 'cl_status']],
    [true, ['exportfs', 'rpc.nfsd', 'nfsconf', 'unshare', 'timeout', 'install', 'sync', 'rpcinfo']],
    // The room of its own that state has on the volume.
    [usesState(cluster), ['mke2fs', 'cp', 'dd']],
    [nfs.gratuitousArp || monitor.enabled, ['arping']],
    [nfs.tickle, ['ss', `${heartbeatLibexec}/tickle_tcp`]],
    [databaseDirectory(cluster) !== undefined, ['nfsdcld']],
    [recordsV40(cluster), ['sqlite3']],
    [statdDirectory(cluster) !== undefined, ['rpc.statd', 'sm-notify', 'pkill']],
    [monitor.enabled, ['dd', 'flock', 'systemd-notify', 'mkfifo']],
    [monitor.enabled && monitor.handOver, [`${heartbeatShare}/hb_standby`]],
    [asksToOutdate(cluster), [`${heartbeatLibexec}/drbd-peer-outdater`]],
    [fencing.mode === 'witness' && fencing.witness.pings.length > 0, ['ping']],
    [fencing.mode === 'witness' && fencing.witness.tcp.length > 0, ['bash']],
    [monitor.enabled && command !== undefined, [command ?? '']],
    [monitor.enabled && mail !== undefined, ['sendmail']],
    [monitor.enabled && webhook !== undefined, ['curl']],
  ]
  return [...new Set(wanted.flatMap(([isRun, names]) => (isRun ? names : [])))]
}

/** What to do where a command is missing; heartbeat's own programs have a path. */
function bringsBack({ platform }: Cluster, name: string): string {
  const isHeartbeats =
    name.startsWith(platform.paths.heartbeatLibexec) || name.startsWith(platform.paths.heartbeatShare)
  const brings = isHeartbeats
    ? 'heartbeat'
    : Object.entries(platform.provides).find(([, { commands }]) => commands.includes(name))?.[0]
  return brings === undefined ? `put ${name} back` : `apt-get install --reinstall ${brings} on that node`
}

/** Programs of ours that somebody else starts. */
function ownPrograms(cluster: Cluster): readonly string[] {
  const { drbdDir, haDir } = cluster.platform.paths
  return [
    groupScript(cluster),
    `${haDir}/rc.d/nfsha`,
    `${drbdDir}/nfsha-handler`,
    ...(cluster.drbd.fencing === 'dont-care' ? [] : [`${drbdDir}/nfsha-fence-peer`]),
    ...(cluster.fencing.mode === 'stonith' ? [stonithPluginFile(cluster)] : []),
  ]
}

function vipInterfaces({ vips }: Cluster, node: Node): readonly string[] {
  return [...new Set(vips.map(({ link }) => linkEnd(node, link).nic))]
}
