import type { Cluster, Node } from '../core/cluster.ts'
import { type Facts, factValue, type HostFacts } from '../core/fact.ts'
import { surelyAdmits } from '../facts/export-clients.ts'
import { answerTo, groupParts, heldTexts } from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { startFailure } from '../facts/start-failed.ts'
import { deviceConcerns } from './device-concerns.ts'
import { detourConcern, linkConcerns, nicConcerns, routeConcerns } from './link-concerns.ts'
import { clockConcerns, roomConcerns } from './machine-concerns.ts'
import { monitorConcerns } from './monitor-concerns.ts'
import { nfsConcerns } from './nfs-concerns.ts'
import { vipQuestions } from './probes.ts'
import type { Concern, NodeStatus, VolumeStatus } from './status.ts'
import { takeoverConcerns } from './takeover.ts'
import { fileSystemConcerns } from './volume-concerns.ts'

/** All that keeps a cluster that serves from being healthy, gravest first. */
export function concernsOf(
  cluster: Cluster,
  facts: Facts,
  nodes: readonly NodeStatus[],
  active: string | undefined,
): readonly Concern[] {
  const answered = nodes.filter(node => node.answered)
  return [
    ...nodes.flatMap(silent),
    ...answered.flatMap(heartbeatConcerns),
    ...answered.flatMap(node => node.volumes.flatMap(volume => volumeConcerns(node, volume))),
    ...answered.flatMap(node =>
      node.volumes.flatMap(volume => fileSystemConcerns(cluster, node.name, volume)),
    ),
    ...deviceConcerns(cluster, answered, active),
    ...answered.flatMap(node => unsaid(cluster, node.name, facts[node.name] ?? {})),
    ...answered.flatMap(node => guardConcerns(node.name, facts[node.name] ?? {})),
    ...answered.flatMap(node => startConcerns(node.name, facts[node.name] ?? {})),
    ...answered.flatMap(node => monitorConcerns(cluster, node, facts[node.name] ?? {})),
    ...answered.flatMap(node => takeoverConcerns(node, facts[node.name] ?? {}, active)),
    ...answered.flatMap(node => strayParts(cluster, node, facts[node.name] ?? {}, active)),
    ...cluster.nodes.flatMap(node => vipConcerns(cluster, node, facts[node.name] ?? {}, active)),
    ...answered.flatMap(node => nfsConcerns(node, active)),
    ...answered.flatMap(roomConcerns),
    ...clockConcerns(cluster, facts),
    ...answered.flatMap(node => linkConcerns(cluster, node)),
    ...answered.flatMap(nicConcerns),
    ...answered.flatMap(node => routeConcerns(cluster, node.name, facts[node.name] ?? {})),
    ...answered.flatMap(detourConcern),
    ...answered.flatMap(heldConcern),
  ]
}

function silent({ name, answered, problem }: NodeStatus): readonly Concern[] {
  return answered
    ? []
    : [
        {
          host: name,
          text: `did not answer: ${problem ?? 'for no reason given'}`,
          next: `reach ${name}, or its console`,
        },
      ]
}

function heartbeatConcerns({ name, held, heartbeat }: NodeStatus): readonly Concern[] {
  if (held !== undefined) return []
  if (heartbeat.state === 'stopped')
    return [{ host: name, text: 'heartbeat does not run: no failover to it', next: 'nfsha deploy' }]
  if (heartbeat.state === 'unknown') return [{ host: name, text: 'does not say whether heartbeat runs' }]
  if (heartbeat.peer !== undefined && heartbeat.peer !== 'active')
    return [{ host: name, text: `heartbeat there thinks that the other node is ${heartbeat.peer}` }]
  return []
}

function heldConcern({ name, held, volumes }: NodeStatus): readonly Concern[] {
  if (held === undefined) return []
  const isIsolated = volumes.some(({ connection }) => isLeftOut(connection))
  if (!isIsolated) return [{ host: name, text: `is held (${held}): no failover to it` }]
  return [
    {
      host: name,
      text: `is held and isolated (${held}): no failover to it, and what is written is on the other node only`,
      next: '`nfsha isolate INVENTORY --undo`, once its disk is well',
    },
  ]
}

/** How `nfsha isolate` leaves a volume, and how a boot leaves it then. */
function isLeftOut(connection: string): boolean {
  return connection === 'StandAlone' || connection === 'down'
}

function volumeConcerns(
  { name: host, heartbeat, held }: NodeStatus,
  volume: VolumeStatus,
): readonly Concern[] {
  const { name, connection, disk, sync } = volume
  // Said with the hold.
  if (held !== undefined && isLeftOut(connection)) return []
  if (connection === 'unknown') return []
  // Where heartbeat is not installed, DRBD's tools need not be either.
  const bringsUp = heartbeat.atBoot === undefined ? 'nfsha deploy' : `drbdadm up ${name} on ${host}`
  if (connection === 'down') return [{ host, text: `${name} is down`, next: bringsUp }]
  const concerns: Concern[] = []
  if (connection === 'StandAlone')
    concerns.push({
      host,
      text: `${name} is StandAlone: it does not replicate`,
      next: 'nfsha deploy: it connects them again where no data diverged, and refuses where both sides changed (`nfsha split-brain show`)',
    })
  else if (/^(Sync|PausedSync)/.test(connection))
    concerns.push({
      host,
      text: `${name} is ${connection}${sync ? `, ${sync.percent} %` : ''}: one copy until it ends`,
    })
  else if (!/^(Connected|Verify)/.test(connection))
    concerns.push({ host, text: `${name} is ${connection}: it does not replicate` })
  if (disk !== 'UpToDate') concerns.push({ host, text: `its disk of ${name} is ${disk}` })
  return [...concerns, ...backlogConcerns(host, volume)]
}

function backlogConcerns(host: string, volume: VolumeStatus): readonly Concern[] {
  const { name, connection, outOfSyncKib = 0, suspended, verified } = volume
  const concerns: Concern[] = []
  if (suspended)
    concerns.push({
      host,
      text: `${name} holds back writes`,
      next: `see why in ${host}'s kernel log; \`drbdadm resume-io ${name}\` only when the other node is known to be down`,
    })
  if (connection === 'Connected' && outOfSyncKib > 0)
    concerns.push({
      host,
      text: `${name} is connected, but ${outOfSyncKib} KiB differ`,
      next: `drbdadm disconnect ${name} and drbdadm connect ${name} on the passive node copies them`,
    })
  else if ((verified?.outOfSyncKib ?? 0) > 0 && outOfSyncKib > 0)
    concerns.push({
      host,
      text: `the last verify of ${name} found ${verified?.outOfSyncKib} KiB that differ`,
    })
  return concerns
}

/** Parts of the group about which a node does not say whether it has them. */
function unsaid(cluster: Cluster, host: string, facts: HostFacts): readonly Concern[] {
  return groupParts(cluster, facts)
    .filter(({ held }) => held === undefined)
    .map(({ text }) => ({ host, text: `does not say how it is: ${text}` }))
}

function guardConcerns(host: string, facts: HostFacts): readonly Concern[] {
  const guard = factValue(answerTo(facts, promotionGuard))
  if (guard === undefined) return []
  const marks = guard.marks
    .filter(mark => !mark.endsWith('.chosen'))
    .map(mark => ({ host, text: `the promotion guard has a mark: ${mark}` }))
  const { refused } = guard
  return refused === undefined
    ? marks
    : [...marks, { host, text: `refused to start the group: ${refused.reason}`, next: refused.next }]
}

/** A node whose last start of the group failed: it could not take over now. A refusal of the guard's is told as that. */
function startConcerns(host: string, facts: HostFacts): readonly Concern[] {
  const failure = factValue(answerTo(facts, startFailure))
  if (failure === undefined || factValue(answerTo(facts, promotionGuard))?.refused !== undefined) return []
  return [
    {
      host,
      text: `its last start of the group failed: ${failure.phase}: ${failure.reason}`,
      next: `mend that on ${host}, and see in a quiet moment that it starts there: \`nfsha switchover --to ${host}\``,
    },
  ]
}

/** Parts of the group on a node that is not the active one. */
function strayParts(
  cluster: Cluster,
  { name }: NodeStatus,
  facts: HostFacts,
  active: string | undefined,
): readonly Concern[] {
  if (active === undefined || active === name) return []
  return heldTexts(groupParts(cluster, facts)).map(text => ({
    host: name,
    text: `${text}, but it is passive`,
    next: 'nfsha deploy',
  }))
}

/** What the passive node gets from the VIPs while the other one serves. */
function vipConcerns(
  cluster: Cluster,
  host: Node,
  facts: HostFacts,
  active: string | undefined,
): readonly Concern[] {
  if (active === undefined || active === host.name) return []
  return vipQuestions(cluster).flatMap(({ vip, export: shown, probe }) => {
    const answer = factValue(answerTo(facts, probe))
    const mayMount = surelyAdmits(shown, host.links[vip.link]?.address ?? '')
    if (answer === undefined || (answer.nfs && (answer.stat !== 'failed' || !mayMount))) return []
    const lacking = answer.nfs ? shown.path : 'answer'
    return [{ host: host.name, text: `gets no ${lacking} from ${vip.address}: ${answer.text ?? 'silence'}` }]
  })
}
