import { type Cluster, type Node, peerOf } from '../core/cluster.ts'
import {
  devicesAgainstPeer,
  freezesWrites,
  parametersFunction,
  stonithDeviceFile,
  stonithPluginFile,
} from '../core/fencing.ts'
import type { FenceDevice } from '../core/settings.ts'
import type { View, Viewed } from './view.ts'
import { nicVariables, vipViews } from './vips.ts'

/** DRBD's fence-peer handler; the same on both nodes. */
export const fencePeerView: View = ({ cluster }) => {
  const { fencing, platform } = cluster
  const rebootSeconds = seconds(fencing.isolatedRebootMs)
  const freezes = freezesWrites(cluster)
  const watches = freezes && rebootSeconds !== undefined
  // The group's script tells whether it still holds the addresses; with `stonith` the other node resets this one.
  const withdraws = watches && fencing.mode === 'witness' && cluster.group === 'lean'
  return {
    dialect84: platform.drbdDialect === '8.4',
    volumes: cluster.volumes.map(({ name, minor }) => ({ name, minor })),
    nodes: cluster.nodes.map(node => {
      const peer = peerOf(cluster, node.name)
      const addresses = Object.values(peer.links).map(({ address }) => address)
      return {
        name: node.name,
        peer: peer.name.toLowerCase(),
        addresses: addresses.join(' '),
        nics: withdraws ? nicVariables(cluster, node) : [],
      }
    }),
    ...witnessView(cluster, fencing.mode === 'witness', fencing.mode === 'witness'),
    outdate: fencing.outdate,
    // The peer answers by a script of the lean group's.
    confirms: fencing.outdate && cluster.group === 'lean',
    connection: fencing.outdate && cluster.group === 'lean',
    freezing: watches,
    asksHeartbeat: fencing.mode === 'none',
    asksLinks: fencing.mode === 'witness',
    stonith: fencing.mode === 'stonith',
    stonithSeconds: stonithSeconds(cluster),
    plugin: stonithPluginFile(cluster),
    libexec: platform.paths.heartbeatLibexec,
    freezes,
    rebootSeconds,
    resets: rebootSeconds !== undefined && (freezes || fencing.outdate),
    watches,
    withdraws,
    vips: vipViews(cluster),
  }
}

/** The STONITH plugin that heartbeat and the handler call; the same on both nodes. */
export const stonithPluginView: View = ({ cluster }) => ({
  nodes: cluster.nodes.map(({ name }) => ({
    name,
    peer: peerOf(cluster, name).name.toLowerCase(),
    devices: devicesAgainstPeer(cluster, name).map((device, index) => ({
      seconds: seconds(device.timeoutMs),
      plugin: device.plugin,
      file: stonithDeviceFile(cluster, index),
    })),
  })),
  ...witnessView(cluster, true),
  parametersFunction,
  stonithSeconds: stonithSeconds(cluster),
  // Nobody acts alone before initdead is over.
  freshSeconds: seconds(cluster.heartbeat.initdeadMs),
})

/** A parameter a line; secrets in quotes, by which a probe knows them (facts/mask). The item is the device. */
export const stonithDeviceView: View = from => {
  const { plugin, params } = deviceOf(from)
  return {
    plugin,
    params: params.map(({ name, value }) => ({
      name,
      value: typeof value === 'string' ? value : `"${from.hide(value)}"`,
    })),
  }
}

/** All devices after each other, the other caller's turn before, and room for the witnesses. */
function stonithSeconds(cluster: Cluster): number {
  const longest = Math.max(
    ...cluster.nodes.map((node: Node) =>
      devicesAgainstPeer(cluster, node.name).reduce((sum, { timeoutMs }) => sum + timeoutMs, 0),
    ),
  )
  return 2 * Math.ceil(longest / 1000) + 60
}

function witnessView({ fencing: { witness } }: Cluster, asked: boolean, asksLinks = false) {
  const witnesses = asked ? witness.pings.length + witness.tcp.length : 0
  return {
    witnesses,
    // What is not used is not defined.
    pinging: asksLinks || (witnesses > 0 && witness.pings.length > 0),
    counting: asksLinks || witnesses > 0,
    pings: witness.pings,
    tcp: asked ? witness.tcp : [],
    tries: witness.tries,
    triesList: Array.from({ length: witness.tries }, (_, index) => index + 1),
  }
}

function seconds(ms: number): number
function seconds(ms: number | undefined): number | undefined
function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms / 1000)
}

function deviceOf({ cluster, item }: Viewed): FenceDevice {
  const device = Object.values(cluster.fencing.devices)
    .flat()
    .find(each => each === item)
  if (device === undefined)
    throw new TypeError('etc/ha.d/stonith-device is rendered for a device of the cluster')
  return device
}
