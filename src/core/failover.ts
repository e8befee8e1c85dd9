import type { Cluster } from './cluster.ts'
import { stallOf } from './grace.ts'

/** How a takeover comes about: given up in order, the active node gone, or its NIC to the clients. */
export type FailoverKind = 'planned' | 'crash' | 'nic-cut'

/** What one drill measured of a kind, beside what the timers say. Milliseconds. */
export interface FailoverSample {
  readonly kind: FailoverKind
  readonly runId: string
  /** From a client's last write before to the VIP on the other node, less the timer that had to run out. */
  readonly beyondTimerMs: number
  /** The group script's own part of that: start on the one, and stop on the other where it came to that. */
  readonly startMs: number
  /** From the VIP to the client's first acknowledged write. */
  readonly returnMs: number
}

/** The last drills of a pair, newest last; kept on its nodes. */
export interface DrillRecord {
  readonly version: 1
  readonly samples: readonly FailoverSample[]
}

/** How many drills of a kind are remembered: enough for a median, few enough to forget an old machine. */
export const samplesKept = 5

/** Seconds, from and to. */
export type SecondsRange = readonly [number, number]

/** How long a client's I/O is predicted to stall, in seconds. */
export interface FailoverPrediction {
  readonly switchover: SecondsRange
  readonly crash: SecondsRange
  /** The cable of the active node to its clients. Undefined: nothing would notice (no ipfail). */
  readonly nicCut?: SecondsRange
  /** The most that is added when a client of before is gone, or one speaks NFS 4.0. */
  readonly deadClient: number
  /** `last-drill` where at least one kind was measured on this pair. */
  readonly from: 'timers' | 'last-drill'
  /** The kinds that drills measured: how many, and what they come to in the middle, seconds. */
  readonly measured: Readonly<
    Partial<Record<FailoverKind, { readonly drills: number; readonly median: number }>>
  >
}

/** What a prediction is made of beside drills. */
export type Timers = Pick<Cluster, 'heartbeat' | 'nfs' | 'group'>

/**
 * What each part takes where no drill has measured it, seconds: from the quickest host that the lab ran
 * on (docs/failover.md; 1.5 to 2.0 s planned, 1.5 to 2.3 s beyond deadtime after a crash, 5.5 to 6.3 s
 * beyond deadping) to the slowest (7.3 to 9.9, 5.6, 12.9).
 */
const unmeasured: Readonly<Record<FailoverKind, SecondsRange>> = {
  planned: [1, 10],
  crash: [1, 8],
  'nic-cut': [4, 13],
}

/** The most that a remedy which is off adds, seconds; the least is nothing (docs/failover.md, What a remedy is worth). */
const withoutRemedy: readonly (readonly [seconds: number, isOff: (timers: Timers) => boolean])[] = [
  // An agent for each resource: 14.4 s where the lean group took 3.
  [12, ({ group }) => group === 'standard'],
  // A client that was refused comes again after 3, 9 and 21 s.
  [12, ({ nfs }) => !nfs.vipLast],
  // TCP's pauses double: as long again as the outage.
  [10, ({ nfs }) => !nfs.tickle],
  // A neighbour entry is believed for up to 45 s and probed for 8; then TCP's next try. 52 s were measured.
  [60, ({ nfs }) => !nfs.gratuitousArp],
]

/**
 * Heartbeat's and ipfail's own seconds around the group script, where another kind was measured. After a
 * crash they may look like none: the last heartbeat came up to a keepalive before it.
 */
const overhead: Readonly<Record<FailoverKind, SecondsRange>> = {
  planned: [0, 4],
  crash: [0, 5],
  'nic-cut': [2, 7],
}

/** The timer that has to run out before a takeover of this kind begins, milliseconds. */
export function timerMs(kind: FailoverKind, { heartbeat }: Pick<Cluster, 'heartbeat'>): number {
  return { planned: 0, crash: heartbeat.deadtimeMs, 'nic-cut': heartbeat.deadpingMs }[kind]
}

/**
 * What is predicted for NFS 4.1 and 4.2 with all clients alive: the timers, and what the pair's last
 * drills took beside them. Without a client database on the volume all of grace passes on a node that
 * remembers clients of its own last turn, and none of it on one that does not.
 */
export function predictFailover(cluster: Timers, record?: DrillRecord): FailoverPrediction {
  const { heartbeat, nfs } = cluster
  const samples = record?.samples ?? []
  const grace = stallOf(nfs.graceSeconds)
  const unendedGrace = nfs.clientDatabaseOnVolume ? 0 : grace
  const more = withoutRemedy.reduce(
    (sum, [seconds, isOff]) => sum + (isOff(cluster) ? seconds : 0),
    unendedGrace,
  )
  const timer = (kind: FailoverKind) => timerMs(kind, cluster) / 1000
  const range = (kind: FailoverKind): SecondsRange => {
    const [low, high] = partsOf(kind, samples) ?? [unmeasured[kind][0], unmeasured[kind][1] + more]
    return [timer(kind) + low, timer(kind) + high]
  }
  const measured = kinds.flatMap(kind => {
    const parts = measuredParts(kind, samples)
    return parts.length === 0
      ? []
      : [[kind, { drills: parts.length, median: timer(kind) + median(parts) }] as const]
  })
  return {
    switchover: range('planned'),
    crash: range('crash'),
    ...(heartbeat.ipfail && heartbeat.pingGroups.length > 0 && { nicCut: range('nic-cut') }),
    deadClient: nfs.clientDatabaseOnVolume ? grace : 0,
    from: samples.length === 0 ? 'timers' : 'last-drill',
    measured: Object.fromEntries(measured),
  }
}

const kinds: readonly FailoverKind[] = ['planned', 'crash', 'nic-cut']

/**
 * How far another drill of a kind may be from one, as a share of what comes beside the timer: of fives on one
 * host, none was more than a third off its median (docs/failover.md). The more there are, the less is left to be seen.
 */
const scatter = 1 / 3

/** What drills of this kind took beside the timer, seconds. */
function measuredParts(kind: FailoverKind, samples: readonly FailoverSample[]): readonly number[] {
  return samples
    .filter(sample => sample.kind === kind)
    .map(({ beyondTimerMs, returnMs }) => (beyondTimerMs + returnMs) / 1000)
}

/** All but the timer, seconds: measured for this kind, else made of what the script and the client took in others. */
function partsOf(kind: FailoverKind, samples: readonly FailoverSample[]): SecondsRange | undefined {
  const same = measuredParts(kind, samples)
  if (same.length > 0) {
    const [low, high, share] = [Math.min(...same), Math.max(...same), scatter / Math.sqrt(same.length)]
    return [low - share * Math.abs(low), high + share * Math.abs(high)]
  }
  if (samples.length === 0) return undefined
  const base = median(samples.map(({ startMs, returnMs }) => startMs + returnMs)) / 1000
  const [low, high] = overhead[kind]
  return [base + low, base + high]
}

/** The record with one more sample; the oldest of its kind are forgotten. */
export function withSample(record: DrillRecord | undefined, sample: FailoverSample): DrillRecord {
  const all = [...(record?.samples ?? []), sample]
  const same = all.filter(({ kind }) => kind === sample.kind)
  const forgotten = new Set(same.slice(0, Math.max(0, same.length - samplesKept)))
  return { version: 1, samples: all.filter(each => !forgotten.has(each)) }
}

/** The middle one, or the mean of the two in the middle; 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const high = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2
}
