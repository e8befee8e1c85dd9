/*
 * What a drill found: the fault, what a client noticed, and what became of its data. Plain data, made
 * by drill/, printed by report/ as text, JSON, JUnit and a page. Times are milliseconds from the
 * injection of the fault on the controller's clock, negative before it, unless a name says otherwise.
 */

/**
 * `append`: write and fsync of a numbered, checksummed record; `lock`: write under an fcntl lock held
 * across the fault; `yardstick`, only when asked for: the loop of article 001, dd of 10 MB and stat.
 */
export type OperationKind = 'append' | 'create' | 'rename' | 'unlink' | 'read' | 'lock' | 'yardstick'

/** One operation: when it began, how long it took, and whether it succeeded. */
export interface OperationPoint {
  readonly atMs: number
  readonly durationMs: number
  readonly ok: boolean
}

/** All operations of one kind by one client over one protocol version. */
export interface OperationSeries {
  readonly kind: OperationKind
  readonly nfsVersion: '3' | '4.0' | '4.2'
  readonly count: number
  readonly failed: number
  /** The longest that an operation which the fault overlapped took: the stall. */
  readonly worstMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** What drawing needs: every slow operation, and of the others at most a few hundred. */
  readonly points: readonly OperationPoint[]
}

export type MomentName =
  | 'injected'
  | 'detected'
  | 'released'
  | 'promoted'
  | 'mounted'
  | 'nfs-up'
  | 'vip-up'
  | 'vip-seen'
  | 'grace-began'
  | 'grace-ended'
  | 'first-acknowledged'
  | 'healed'
  | 'redundant'

/** A moment of the time line, and which host's clock and log told it. */
export interface Moment {
  readonly name: MomentName
  readonly atMs: number
  readonly host: string
  /** How far off it may be: the clock's offset error and the log's resolution. */
  readonly uncertaintyMs: number
}

/** A phase of the group script, as it logged it. */
export interface ScriptPhase {
  readonly node: string
  readonly verb: 'start' | 'stop'
  readonly phase: string
  readonly durationMs: number
}

/** A stretch of time; `toMs` is the end of the observation where it did not end. */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

export interface NodeStretches {
  readonly node: string
  readonly during: readonly Stretch[]
}

export interface DrillResult {
  readonly version: 1
  readonly runId: string
  readonly cluster: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly fault: string
  /** Says which set of remedies ran, for a matrix: `default`, `article-001`, `no-tickle`… */
  readonly variant: string
  readonly environment: {
    readonly machine: string
    readonly cpus: number
    readonly loadBefore: number
    readonly loadAfter: number
    /** `tcg`, `kvm`, or `hardware`. */
    readonly accel: string
  }
  readonly settings: {
    readonly deadtimeMs: number
    readonly keepaliveMs: number
    readonly graceSeconds: number
    readonly leaseSeconds: number
    readonly fencing: string
    readonly group: string
  }
  readonly operations: readonly OperationSeries[]
  readonly moments: readonly Moment[]
  readonly phases: readonly ScriptPhase[]
  /** By node: when it held the whole group, and its writes went. */
  readonly active: readonly NodeStretches[]
  /** By node: when DRBD held back its writes. */
  readonly frozen: readonly NodeStretches[]
  /** When only one node had all data; missing where both had it all the time. */
  readonly oneCopy?: Stretch & { readonly hasEnded: boolean }
  /** When both nodes acted. Empty is the only good answer. */
  readonly bothActive: readonly Stretch[]
  readonly writes: {
    readonly acknowledged: number
    /** Acknowledged, and not to be found byte for byte afterwards. `unknown`: nobody served who could be asked. */
    readonly lost: number | 'unknown'
    readonly corrupt: number
    readonly duplicated: number
    /** The first missing record's number and the last one's. */
    readonly gap?: readonly [number, number]
  }
  readonly locks: readonly {
    readonly nfsVersion: OperationSeries['nfsVersion']
    /** `unknown`: the node that served could not be asked. */
    readonly result: 'kept' | 'lost' | 'not-held' | 'unknown'
  }[]
  /** What the client's program and kernel complained of, once each. */
  readonly clientErrors: readonly string[]
  readonly lateHeartbeats: readonly {
    readonly node: string
    readonly atMs: number
    readonly intervalMs: number
  }[]
  /** Host clock minus the controller's, and how sure that is. */
  readonly clockOffsets: readonly {
    readonly host: string
    readonly offsetMs: number
    readonly uncertaintyMs: number
  }[]
  /** What was predicted for the worst fsync'd append, before the fault. */
  readonly prediction?: {
    readonly lowMs: number
    readonly highMs: number
    readonly from: 'timers' | 'last-drill'
    /** Drills of this kind before: how many, and the stall that they come to in the middle. */
    readonly drills?: { readonly count: number; readonly medianMs: number }
  }
  readonly verdict: 'passed' | 'failed'
  /** Why it failed, or what is to be noted. */
  readonly reasons: readonly string[]
}
