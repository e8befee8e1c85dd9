import type { Cluster } from '../core/cluster.ts'
import { type Facts, factValue } from '../core/fact.ts'
import { predictFailover } from '../core/failover.ts'
import { newestRecord } from '../facts/drill-record.ts'
import { answerTo } from '../facts/group.ts'
import { type GroupHistory, type GroupTurn, groupHistory } from '../facts/group-history.ts'
import { type RunFact, runs } from '../facts/runs.ts'
import type { FailoverStatus, MoveHistory } from './status.ts'

/**
 * The last takeover, by what the nodes remember of it: their records count promotions, so the
 * greatest says who was promoted last, and the other node's whether it had given up before.
 */
export function lastFailover(cluster: Cluster, facts: Facts): FailoverStatus | undefined {
  const [volume] = cluster.volumes
  if (volume === undefined) return undefined
  const probe = groupHistory(cluster.name, volume.name)
  const known = cluster.nodes.flatMap(({ name }) => {
    const history = factValue(answerTo(facts[name] ?? {}, probe))
    return history === undefined ? [] : [{ name, ...history }]
  })
  const [winner, loser] = known.toSorted((one, other) => promotionOf(other) - promotionOf(one))
  if (winner === undefined || promotionOf(winner) < 0) return undefined
  const started = winner.turn?.verb === 'start' ? winner.turn : undefined
  const agoMs = started?.agoMs ?? winner.record?.agoMs
  if (agoMs === undefined) return undefined
  const kind = kindOf(winner, loser)
  const move = kind === 'failover' ? undefined : moveOf(cluster, facts, started, loser?.turn)
  return {
    ...{ node: winner.name, agoMs, kind },
    ...(started && { tookMs: started.tookMs }),
    ...(move && { move }),
  }
}

/** Between the end of the stop and the begin of the start heartbeat does little; longer, and they are of two moves. */
const longestGapMs = 120_000
/** The nodes are read at once, but not at the same instant. */
const readingMs = 10_000

/** Both sides of a move, where the other node's last turn is the stop that the start followed. */
function moveOf(
  cluster: Cluster,
  facts: Facts,
  start: GroupTurn | undefined,
  stop: GroupTurn | undefined,
): MoveHistory | undefined {
  if (start === undefined || stop?.verb !== 'stop') return undefined
  const gapMs = stop.agoMs - (start.agoMs + start.tookMs)
  if (gapMs < -readingMs || gapMs > longestGapMs) return undefined
  const [longest] = stop.phases.toSorted((one, other) => other.ms - one.ms)
  // What is unwritten is flushed before the VIP goes, while clients are still served.
  const served = stop.phases.slice(
    0,
    Math.max(
      0,
      stop.phases.findIndex(({ name }) => name === 'vip'),
    ),
  )
  const unservedMs = stop.tookMs - served.reduce((sum, { ms }) => sum + ms, 0)
  return {
    gaveUpMs: stop.tookMs,
    ...(longest && { longest: { part: longest.name, tookMs: longest.ms } }),
    waitedMs: Math.max(unservedMs + start.tookMs, unservedMs + stop.agoMs - start.agoMs),
    predicted: predictFailover(cluster, newestRecord(cluster, facts)).switchover,
  }
}

/** A node without a record counts as promoted when its script's last turn was a start. */
function promotionOf({ record, turn }: GroupHistory): number {
  return record?.generation ?? (turn?.verb === 'start' ? 0 : -1)
}

function kindOf(winner: GroupHistory, loser: GroupHistory | undefined): FailoverStatus['kind'] {
  const [now, before] = [winner.record?.generation, loser?.record]
  // The one before it was promoted: it gave the volume up, or had it taken.
  if (now === undefined || before?.generation !== now - 1) return 'unknown'
  return before.state === 'released' ? 'planned' : 'failover'
}

/** The last run on the nodes, and the one that goes on now. */
export function runsOf(cluster: Cluster, facts: Facts): { lastRun?: RunFact; running?: RunFact } {
  const found = cluster.nodes.flatMap(({ name }) => factValue(answerTo(facts[name] ?? {}, runs)) ?? [])
  const last = found
    .flatMap(({ last }) => last ?? [])
    .toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1))[0]
  const running = found.find(fact => fact.running !== undefined)?.running
  return { ...(last && { lastRun: last }), ...(running && { running }) }
}
