import type { Cluster } from '../core/cluster.ts'
import { type Facts, factValue, type HostFacts } from '../core/fact.ts'
import { answerTo, type GroupPart, groupParts, heldTexts, missingTexts, whoActs } from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { startFailure } from '../facts/start-failed.ts'
import { vipQuestions } from './probes.ts'
import type { NodeStatus, Verdict } from './status.ts'

/** What is judged: the verdict, why, and which node serves. */
export interface Judgement {
  readonly verdict: Verdict
  readonly reason: string
  readonly next?: string
  readonly active?: string
  readonly why: readonly string[]
}

/** Judges by who holds the resource group, by the guard's marks, and by how the VIPs answer. */
export function judge(cluster: Cluster, facts: Facts, nodes: readonly NodeStatus[]): Judgement {
  if (!nodes.some(({ answered }) => answered))
    return {
      verdict: 'unanswered',
      reason: 'no node answered, so nothing is known',
      next: 'reach the nodes or their consoles',
      why: [],
    }
  const [first, second] = cluster.nodes
  const parts = (name: string) => groupParts(cluster, facts[name] ?? {})
  const [one, two] = [parts(first.name), parts(second.name)]
  const acting = whoActs(one, two)
  if (acting === 'both')
    return splitBrain(
      `both nodes act: ${first.name} (${heldTexts(one).join(', ')}) and ${second.name} (${heldTexts(two).join(', ')})`,
    )
  const unresolved = cluster.nodes.filter(node => hasUnresolvedSplit(facts[node.name] ?? {}))
  if (unresolved.length > 0)
    return splitBrain(
      `a split-brain that nobody has resolved is remembered on ${unresolved.map(({ name }) => name).join(' and ')}`,
    )
  if (acting === 'none') return withoutActive(cluster, facts, nodes)
  return acting === 'self'
    ? serves(cluster, facts, first.name, one)
    : serves(cluster, facts, second.name, two)
}

/** A node acts: it serves unless a part is proven missing. What it does not say is a concern, not an end. */
function serves(cluster: Cluster, facts: Facts, active: string, parts: readonly GroupPart[]): Judgement {
  const missing = parts.filter(({ held }) => held === false).map(({ text }) => text)
  if (missing.length > 0)
    return {
      verdict: 'down',
      reason: `${active} has only a part of the group: ${missing.join(', ')}`,
      next: `\`nfsha deploy\` starts what is missing; ${active}'s /var/log/ha-log says why it is`,
      why: heldTexts(parts),
    }
  return {
    verdict: 'healthy',
    reason: `${active} serves`,
    active,
    why: [...heldTexts(parts).map(text => `${active}: ${text}`), ...vipWitnesses(cluster, facts, active)],
  }
}

/** No node that answered has anything; one that did not answer may serve all the same. */
function withoutActive(cluster: Cluster, facts: Facts, nodes: readonly NodeStatus[]): Judgement {
  const silent = nodes.find(({ answered }) => !answered)
  const witnesses = vipWitnesses(cluster, facts, silent?.name)
  if (silent !== undefined && witnesses.length > 0)
    return {
      verdict: 'degraded',
      reason: `${silent.name} seems to serve: it does not answer here, but the VIP does`,
      active: silent.name,
      why: witnesses,
    }
  const unsure = nodes.filter(({ answered, holding }) => !answered || holding === 'unknown')
  if (unsure.length > 0 && !isVipRefused(cluster, facts))
    return {
      verdict: 'degraded',
      reason: `nobody says that it serves, but ${unsure.map(({ name }) => name).join(' and ')} did not say all, and neither did who asked the VIP`,
      next: 'ask again with more time: `nfsha status --timeout 1m`; then reach what is silent, or its console',
      why: [],
    }
  const missing = nodes
    .filter(({ answered }) => answered)
    .map(({ name }) => `${name}: ${missingTexts(groupParts(cluster, facts[name] ?? {})).join(', ')}`)
  return {
    verdict: 'down',
    reason: `no node serves (${missing.join('; ')})`,
    next: refusedNext(cluster, facts) ?? failedNext(cluster, facts) ?? startNext(nodes),
    why: [],
  }
}

function startNext(nodes: readonly NodeStatus[]): string {
  return nodes.some(({ heartbeat }) => heartbeat.state === 'running')
    ? 'look at /var/log/ha-log on the nodes; `nfsha deploy` waits for heartbeat and says what is missing'
    : '`nfsha deploy` starts heartbeat'
}

/** What a promotion guard that refused wants done, and where. */
function refusedNext(cluster: Cluster, facts: Facts): string | undefined {
  for (const { name } of cluster.nodes) {
    const refused = factValue(answerTo(facts[name] ?? {}, promotionGuard))?.refused
    if (refused !== undefined) return `on ${name}: ${refused.next}`
  }
  return undefined
}

/** Why the group did not start where it was tried, and how to try again. */
function failedNext(cluster: Cluster, facts: Facts): string | undefined {
  const failed = cluster.nodes.flatMap(({ name }) => {
    const failure = factValue(answerTo(facts[name] ?? {}, startFailure))
    return failure === undefined
      ? []
      : [`the start on ${name} failed in ${failure.phase} (${failure.reason})`]
  })
  if (failed.length === 0) return undefined
  return `${failed.join(', and ')}: mend that, then on the node that can serve: ${cluster.platform.paths.heartbeatShare}/hb_takeover all`
}

/** Whether somebody asked a VIP and got nothing: then nobody serves, whoever is silent. */
function isVipRefused(cluster: Cluster, facts: Facts): boolean {
  return [...cluster.nodes, ...cluster.clients].some(({ name }) =>
    vipQuestions(cluster).some(({ probe }) => factValue(answerTo(facts[name] ?? {}, probe))?.nfs === false),
  )
}

/** Hosts that got the export from a VIP that they do not have themselves. */
function vipWitnesses(cluster: Cluster, facts: Facts, active: string | undefined): readonly string[] {
  return [...cluster.nodes, ...cluster.clients]
    .filter(({ name }) => name !== active)
    .flatMap(({ name }) =>
      vipQuestions(cluster).flatMap(({ vip: { address }, probe }) => {
        const answer = factValue(answerTo(facts[name] ?? {}, probe))
        return answer?.nfs && answer.stat !== 'here' ? [`${name} gets NFS from ${address}`] : []
      }),
    )
}

function hasUnresolvedSplit(facts: HostFacts): boolean {
  const marks = factValue(answerTo(facts, promotionGuard))?.marks ?? []
  return marks.some(
    mark => mark.endsWith('.split-brain') && !marks.includes(mark.replace(/split-brain$/, 'chosen')),
  )
}

function splitBrain(reason: string): Judgement {
  return {
    verdict: 'split-brain',
    reason,
    next: 'compare both sides with `nfsha split-brain show` and choose whose data to keep; change nothing before',
    why: [],
  }
}
