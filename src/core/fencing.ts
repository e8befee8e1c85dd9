import { type Cluster, peerOf } from './cluster.ts'
import type { FenceDevice } from './settings.ts'

/** What a node has to reset its peer with, in the order in which it is tried; none unless mode is stonith. */
export function devicesAgainstPeer(cluster: Cluster, nodeName: string): readonly FenceDevice[] {
  const { mode, devices } = cluster.fencing
  return mode === 'stonith' ? (devices[peerOf(cluster, nodeName).name] ?? []) : []
}

/** Where a node keeps the parameters of the device in this place of its list. */
export function stonithDeviceFile({ platform }: Cluster, index: number): string {
  return `${platform.paths.haDir}/stonith-device-${index + 1}`
}

/**
 * A shell function `parameters FILE`: the values of a device's file on one line, as stonith(8) -F takes
 * them. printf is the shell's own, so that no value is on a command line.
 */
export const parametersFunction = `parameters() {
    values=
    while read -r each; do
        case $each in '' | '#'*) continue ;; esac
        each=\${each#*=}
        each=\${each#\\"}
        values="$values \${each%\\"}"
    done <"$1"
    printf '%s\\n' "\${values# }"
}`

/** The STONITH plugin of ours, which tries the devices. */
export function stonithPluginFile({ platform }: Cluster): string {
  return `${platform.paths.stonithDir}/nfsha`
}

/** DRBD's fence-peer handler. */
export function fencePeerFile({ platform }: Cluster): string {
  return `${platform.paths.drbdDir}/nfsha-fence-peer`
}

/** Whether a node that lost its peer acknowledges no write until its handler knows of the peer. */
export const freezesWrites = ({ drbd }: Cluster): boolean => drbd.fencing === 'resource-and-stonith'

/** Whether a peer that only the replication link lost is asked, over heartbeat, to call its data outdated. */
export const asksToOutdate = ({ drbd, fencing }: Cluster): boolean =>
  drbd.fencing !== 'dont-care' && fencing.outdate
