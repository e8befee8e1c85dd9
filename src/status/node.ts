import type { Client, Cluster, Node, Volume } from '../core/cluster.ts'
import { peerOf } from '../core/cluster.ts'
import { factValue, type HostFacts } from '../core/fact.ts'
import { monitorSilenceMs } from '../core/monitor-pace.ts'
import { drbdBacklog, drbdSync } from '../facts/drbd.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { answerTo, drbdOf, groupParts, holdingOf } from '../facts/group.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { heartbeatView } from '../facts/heartbeat-view.ts'
import { hold } from '../facts/hold.ts'
import { monitorState } from '../facts/monitor.ts'
import { mountOf } from '../facts/mount.ts'
import { clientsRecorded, nfsServer } from '../facts/nfs.ts'
import { type NfsClient, nfsClients } from '../facts/nfs-clients.ts'
import { rehearsalHere } from '../facts/rehearsal.ts'
import { systemRoom } from '../facts/system-room.ts'
import { unit } from '../facts/unit.ts'
import { verified } from '../facts/verified.ts'
import { vipsHeld } from '../facts/vip.ts'
import { volumeHealth } from '../facts/volume-health.ts'
import { linksOf } from './links.ts'
import { vipQuestions } from './probes.ts'
import type { ClientStatus, MonitorStatus, NodeStatus, VolumeStatus } from './status.ts'

/** What a node said, in the words of `NodeStatus`; `detour`: by which way round it was asked. */
export function nodeStatus(
  cluster: Cluster,
  node: Node,
  facts: HostFacts,
  detour?: NodeStatus['detour'],
): NodeStatus {
  const held = factValue(answerTo(facts, hold))?.text
  const room = factValue(answerTo(facts, systemRoom))
  const rehearsed = factValue(answerTo(facts, rehearsalHere))
  return {
    name: node.name,
    ...answeredOf(facts),
    ...(detour !== undefined && { detour }),
    links: linksOf(cluster, node, facts),
    holding: holdingOf(groupParts(cluster, facts)),
    ...(held !== undefined && { held }),
    heartbeat: heartbeatOf(cluster, node, facts),
    volumes: cluster.volumes.map(volume => volumeStatus(cluster, volume, facts)),
    nfs: nfsOf(cluster, facts),
    vips: vipsOf(cluster, facts),
    ...(room && { room }),
    ...(rehearsed && { couldTakeOver: rehearsed.refused.length === 0 }),
    ...(cluster.monitor.enabled && { monitor: monitorOf(cluster, facts) }),
  }
}

/** What a client said. */
export function clientStatus(cluster: Cluster, client: Client, facts: HostFacts): ClientStatus {
  return {
    name: client.name,
    ...answeredOf(facts),
    vips: vipQuestions(cluster).map(({ vip: { address }, probe }) => {
      const fact = answerTo(facts, probe)
      if (fact.state !== 'present')
        return { address, answers: 'unknown', ...(fact.state === 'unknown' && { text: fact.reason }) }
      const { nfs, stat, text } = fact.value
      return { address, answers: nfs && stat === 'done' ? 'yes' : 'no', ...(text && { text }) }
    }),
  }
}

/** A host answered when one of its facts is known; else the reason that they all give. */
function answeredOf(facts: HostFacts): { answered: boolean; problem?: string } {
  const all = Object.values(facts)
  if (all.some(({ state }) => state !== 'unknown')) return { answered: true }
  const [first] = all
  return { answered: false, problem: first?.state === 'unknown' ? first.reason : 'it was not asked' }
}

function heartbeatOf(cluster: Cluster, node: Node, facts: HostFacts): NodeStatus['heartbeat'] {
  const { paths, units } = cluster.platform
  const daemon = answerTo(facts, heartbeat(paths))
  const seen = answerTo(facts, heartbeatView)
  const view = factValue(seen)
  const atBoot = factValue(answerTo(facts, unit(units.heartbeat)))?.enabled
  const peer = view?.nodes[peerOf(cluster, node.name).name.toLowerCase()]
  return {
    state: daemon.state !== 'present' ? 'unknown' : daemon.value.running ? 'running' : 'stopped',
    ...(atBoot && { atBoot }),
    ...(peer && { peer }),
    links: view?.links.filter(({ to }) => to !== node.name.toLowerCase()) ?? [],
    ...(seen.state === 'unknown' && { isSilent: true as const }),
  }
}

function volumeStatus(cluster: Cluster, volume: Volume, facts: HostFacts): VolumeStatus {
  const state = answerTo(facts, drbdOf(cluster, volume))
  const mount = answerTo(facts, mountOf(volume.mountPoint))
  const { drbdDialect } = cluster.platform
  const sync = factValue(answerTo(facts, drbdSync(volume, drbdDialect)))
  const backlog = factValue(answerTo(facts, drbdBacklog(volume, drbdDialect)))
  const health = factValue(answerTo(facts, volumeHealth(volume)))
  const compared = factValue(answerTo(facts, verified(volume)))
  const word = state.state === 'unknown' ? 'unknown' : 'down'
  const { role, connection, disk, peerDisk } = factValue(state) ?? {
    role: word,
    connection: word,
    disk: word,
    peerDisk: word,
  }
  return {
    name: volume.name,
    device: volume.device,
    role,
    connection,
    disk,
    peerDisk,
    ...(mount.state !== 'unknown' && { mounted: mount.state === 'present' }),
    ...(sync !== undefined && { sync }),
    ...backlog,
    ...devicesOf(volume, facts),
    ...(health !== undefined && { health }),
    ...(compared !== undefined && { verified: compared }),
  }
}

function devicesOf(volume: Volume, facts: HostFacts): Pick<VolumeStatus, 'devices'> {
  const { devices } = factValue(answerTo(facts, monitorState)) ?? {}
  if (devices === undefined) return {}
  return {
    devices: devices
      .filter(one => one.volume === volume.name)
      .map(({ device, writeMs, requestMs, slow }) => ({
        ...{ device, requestMs },
        ...(writeMs !== undefined && { writeMs }),
        ...(slow !== '' && { slow }),
      })),
  }
}

function nfsOf(cluster: Cluster, facts: HostFacts): NodeStatus['nfs'] {
  const server = answerTo(facts, nfsServer)
  if (server.state === 'unknown') return { state: 'unknown' }
  if (server.state === 'absent') return { state: 'stopped' }
  const { threads, versions, leaseSeconds, graceSeconds } = server.value
  const exports = exportsOf(cluster, facts)
  const users = factValue(answerTo(facts, nfsClients))
  const recorded = clientsRecorded(cluster, server.value)
  return {
    state: 'serving',
    ...{ threads, versions, leaseSeconds, graceSeconds },
    ...(users && { inGrace: users.inGrace, clients: users.clients.filter(isNoProbe(cluster)) }),
    ...(recorded !== undefined && { clientsRecorded: recorded }),
    ...(exports && { exports }),
  }
}

/** The nodes look through the VIPs too, as status and the monitor do; they hold nothing open. */
function isNoProbe({ nodes }: Cluster): (client: NfsClient) => boolean {
  const own = new Set(nodes.flatMap(({ links }) => Object.values(links).map(({ address }) => address)))
  return ({ address, states }) => states > 0 || !own.has(address)
}

function monitorOf({ monitor }: Cluster, facts: HostFacts): MonitorStatus {
  const fact = answerTo(facts, monitorState)
  if (fact.state !== 'present') return { state: fact.state === 'absent' ? 'stopped' : 'unknown', failing: [] }
  const { role, health, failing, agoMs } = fact.value
  const isSilent = agoMs !== undefined && agoMs > monitorSilenceMs(monitor)
  return {
    state: isSilent ? 'silent' : 'running',
    ...(agoMs !== undefined && { agoMs }),
    ...{ role, health, failing: failing.map(({ check }) => check) },
  }
}

function exportsOf(cluster: Cluster, facts: HostFacts): NodeStatus['nfs']['exports'] {
  const found = factValue(answerTo(facts, exportsServed(exportsPath(cluster))))
  if (found === undefined) return undefined
  const isServed = (path: string) => found.served.some(one => one.path === path)
  const paths = cluster.exports.map(({ path }) => path)
  return { served: paths.filter(isServed), missing: paths.filter(path => !isServed(path)) }
}

function vipsOf(cluster: Cluster, facts: HostFacts): NodeStatus['vips'] {
  const held = factValue(answerTo(facts, vipsHeld(cluster.vips))) ?? []
  return cluster.vips.map(({ address }) => {
    const nic = held.find(vip => vip.address === address)?.nic
    return { address, ...(nic !== undefined && { nic }) }
  })
}
