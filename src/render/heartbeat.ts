import { type Cluster, type Node, peerOf } from '../core/cluster.ts'
import { asksToOutdate } from '../core/fencing.ts'
import type { HeartbeatMedium } from '../core/settings.ts'
import { drbdTarget } from '../core/spelling.ts'
import type { View } from './view.ts'

/** A time as ha.cf(5) takes it: whole seconds plain, else in `ms`. */
function time(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? String(milliseconds / 1000) : `${milliseconds}ms`
}

/**
 * ha.cf(5) of heartbeat 3.0.6 (heartbeat/config.c). It is the same on both nodes unless their NICs
 * have different names.
 */
export const haCfView: View = ({ cluster, node }) => {
  const { heartbeat, platform } = cluster
  return {
    logFacility: heartbeat.logFacility === 'none' ? undefined : heartbeat.logFacility,
    keepalive: time(heartbeat.keepaliveMs),
    warntime: time(heartbeat.warntimeMs),
    deadtime: time(heartbeat.deadtimeMs),
    initdead: time(heartbeat.initdeadMs),
    deadping: time(heartbeat.deadpingMs),
    udpPort: heartbeat.udpPort,
    media: heartbeat.media.flatMap(medium => mediumLines(cluster, node, medium)),
    autoFailback: heartbeat.autoFailback ? 'on' : 'off',
    nodes: cluster.nodes.map(({ name }) => name),
    pings: heartbeat.pingGroups.map(pingLine),
    watchdog: heartbeat.watchdog !== 'off',
    ipfail: heartbeat.ipfail,
    dopd: asksToOutdate(cluster),
    stonith: cluster.fencing.mode === 'stonith',
    victims: cluster.nodes.map(({ name }) => ({ name, peer: peerOf(cluster, name).name })),
    libexec: platform.paths.heartbeatLibexec,
  }
}

/**
 * The lines of a medium. ucast names both nodes' addresses: heartbeat leaves out its own, so the
 * file can be the same on both.
 */
function mediumLines(cluster: Cluster, node: Node, medium: HeartbeatMedium): readonly string[] {
  if (medium.kind === 'serial') return [`baud ${medium.baud}`, `serial ${medium.device}`]
  const { nic } = linkEnd(node, medium.link)
  if (medium.kind === 'bcast') return [`bcast ${nic}`]
  if (medium.kind === 'mcast')
    return [`mcast ${nic} ${medium.group} ${medium.port} ${medium.ttl} ${medium.loop}`]
  return cluster.nodes.map(each => `ucast ${nic} ${linkEnd(each, medium.link).address}`)
}

/** A node's end of a link; that it has one was checked with the inventory. */
export function linkEnd(node: Node, link: string): { readonly nic: string; readonly address: string } {
  const end = node.links[link]
  if (end === undefined) throw new TypeError(`${node.name} has no end of the link ${link}`)
  return end
}

function pingLine(addresses: readonly string[], index: number): string {
  return addresses.length === 1
    ? `ping ${addresses.join(' ')}`
    : `ping_group group${index + 1} ${addresses.join(' ')}`
}

/** authkeys: the key of `auth 1`; crc takes none. */
export const authkeysView: View = ({ cluster, hide }) => {
  const { method, key } = cluster.heartbeat.auth
  return { method, key: key === undefined ? undefined : hide(key) }
}

/** The drop-in that makes the package's unit survive a healed partition. */
export const heartbeatUnitView: View = ({ cluster }) => ({
  nfsServerUnit: cluster.group === 'lean' ? cluster.platform.units.nfsServer : undefined,
  targets: cluster.volumes.map(({ name }) => drbdTarget(name)),
  softdog: cluster.heartbeat.watchdog === 'softdog',
  haDir: cluster.platform.paths.haDir,
  share: cluster.platform.paths.heartbeatShare,
  libexec: cluster.platform.paths.heartbeatLibexec,
  unit: cluster.platform.units.heartbeat,
})
