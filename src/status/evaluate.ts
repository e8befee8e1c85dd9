import type { Cluster, Volume } from '../core/cluster.ts'
import type { Facts } from '../core/fact.ts'
import { answerTo, drbdOf } from '../facts/group.ts'
import { verified } from '../facts/verified.ts'
import { clientMounts, mountNotes } from './clients.ts'
import { concernsOf } from './concerns.ts'
import { lastFailover, runsOf } from './history.ts'
import { type Judgement, judge } from './judge.ts'
import { clockNotes, clockOf } from './machine-concerns.ts'
import { monitorNotes } from './monitor-concerns.ts'
import { clientStatus, nodeStatus } from './node.ts'
import type { ClusterStatus, NodeStatus } from './status.ts'
import { pendingEdits } from './takeover.ts'
import { unansweredNotes } from './unanswered.ts'

/** By host: the way round that it was asked by, where its own address did not answer. */
export type Detours = Readonly<Record<string, { readonly through: string; readonly address: string }>>

/**
 * Judges the cluster on what its hosts said. Partial facts give a partial picture: a node that did
 * not answer is shown as such, and the VIP as the other one sees it may still prove that it serves.
 */
export function evaluateStatus(cluster: Cluster, facts: Facts, detours: Detours = {}): ClusterStatus {
  const nodes = cluster.nodes.map((node): NodeStatus => {
    const clock = clockOf(cluster, node.name, facts)
    return {
      ...nodeStatus(cluster, node, facts[node.name] ?? {}, detours[node.name]),
      ...(clock && { clock }),
    }
  })
  const judged = judge(cluster, facts, nodes)
  const ofClients = clientMounts(cluster, facts)
  const concerns = concernsOf(cluster, facts, nodes, judged.active)
  return {
    cluster: cluster.name,
    ...(judged.verdict === 'healthy' ? orDegraded(judged, concerns) : judged),
    concerns,
    pending: pendingEdits(cluster, facts, judged.active),
    notes: [
      ...monitorNotes(cluster, facts),
      ...clockNotes(cluster, nodes),
      ...nodes
        .filter(({ answered }) => answered)
        .flatMap(({ name }) => unansweredNotes(name, facts[name] ?? {})),
      ...mountNotes(ofClients),
      ...neverVerified(cluster, facts),
    ],
    ...historyOf(cluster, facts),
    nodes,
    clients: cluster.clients.map(client => {
      const mounts = ofClients.find(({ name }) => name === client.name)?.mounts ?? []
      return {
        ...clientStatus(cluster, client, facts[client.name] ?? {}),
        ...(mounts.length > 0 && { mounts }),
      }
    }),
  }
}

function historyOf(cluster: Cluster, facts: Facts): Pick<ClusterStatus, 'failover' | 'lastRun' | 'running'> {
  const failover = lastFailover(cluster, facts)
  return { ...(failover && { failover }), ...runsOf(cluster, facts) }
}

function orDegraded(judged: Judgement, concerns: ClusterStatus['concerns']): Judgement {
  const [gravest] = concerns
  if (gravest === undefined) return judged
  const about = gravest.host === undefined ? '' : `${gravest.host}: `
  return {
    ...judged,
    verdict: 'degraded',
    reason: `${judged.reason}, but ${about}${gravest.text}`,
    ...(gravest.next !== undefined && { next: gravest.next }),
  }
}

/** Before the first deploy there is nothing whose sync was skipped. */
function isUpSomewhere(cluster: Cluster, volume: Volume, facts: Facts): boolean {
  return cluster.nodes.some(
    ({ name }) => answerTo(facts[name] ?? {}, drbdOf(cluster, volume)).state === 'present',
  )
}

/** Volumes whose initial sync was skipped and whose sides were never compared. */
function neverVerified(cluster: Cluster, facts: Facts): readonly string[] {
  return cluster.volumes
    .filter(volume => volume.initialSync === 'skip' && isUpSomewhere(cluster, volume, facts))
    .filter(volume =>
      cluster.nodes.every(node => answerTo(facts[node.name] ?? {}, verified(volume)).state === 'absent'),
    )
    .map(
      ({ name }) =>
        `${name} was never verified: its initial sync was skipped, so blocks that were never written may differ; \`nfsha verify\` compares them`,
    )
}
