import type { Client, Cluster, Node, Volume } from '../core/cluster.ts'
import { peerOf } from '../core/cluster.ts'
import { factValue, type HostFacts } from '../core/fact.ts'
import { drbdSync } from '../facts/drbd.ts'
import { answerTo, drbdOf, groupParts, holdingOf } from '../facts/group.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { heartbeatView } from '../facts/heartbeat-view.ts'
import { hold } from '../facts/hold.ts'
import { mountOf } from '../facts/mount.ts'
import { nfsServer } from '../facts/nfs.ts'
import { unit } from '../facts/unit.ts'
import { vipsHeld } from '../facts/vip.ts'
import { vipQuestions } from './probes.ts'
import type { ClientStatus, NodeStatus, VolumeStatus } from './status.ts'

/** What a node said, in the words of `NodeStatus`. */
export function nodeStatus(cluster: Cluster, node: Node, facts: HostFacts): NodeStatus {
  const held = factValue(answerTo(facts, hold))?.text
  return {
    name: node.name,
    ...answeredOf(facts),
    holding: holdingOf(groupParts(cluster, facts)),
    ...(held !== undefined && { held }),
    heartbeat: heartbeatOf(cluster, node, facts),
    volumes: cluster.volumes.map(volume => volumeStatus(cluster, volume, facts)),
    nfs: nfsOf(facts),
    vips: vipsOf(cluster, facts),
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
  const view = factValue(answerTo(facts, heartbeatView))
  const atBoot = factValue(answerTo(facts, unit(units.heartbeat)))?.enabled
  const peer = view?.nodes[peerOf(cluster, node.name).name.toLowerCase()]
  return {
    state: daemon.state !== 'present' ? 'unknown' : daemon.value.running ? 'running' : 'stopped',
    ...(atBoot && { atBoot }),
    ...(peer && { peer }),
    links: view?.links.filter(({ to }) => to !== node.name.toLowerCase()) ?? [],
  }
}

function volumeStatus(cluster: Cluster, volume: Volume, facts: HostFacts): VolumeStatus {
  const state = answerTo(facts, drbdOf(cluster, volume))
  const mount = answerTo(facts, mountOf(volume.mountPoint))
  const sync = factValue(answerTo(facts, drbdSync(volume, cluster.platform.drbdDialect)))
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
  }
}

function nfsOf(facts: HostFacts): NodeStatus['nfs'] {
  const server = answerTo(facts, nfsServer)
  if (server.state === 'unknown') return { state: 'unknown' }
  if (server.state === 'absent') return { state: 'stopped' }
  const { threads, versions, leaseSeconds, graceSeconds } = server.value
  return { state: 'serving', threads, versions, leaseSeconds, graceSeconds }
}

function vipsOf(cluster: Cluster, facts: HostFacts): NodeStatus['vips'] {
  const held = factValue(answerTo(facts, vipsHeld(cluster.vips))) ?? []
  return cluster.vips.map(({ address }) => {
    const nic = held.find(vip => vip.address === address)?.nic
    return { address, ...(nic !== undefined && { nic }) }
  })
}
