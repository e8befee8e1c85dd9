import type { Node } from '../core/cluster.ts'
import type { DrillResult, NodeStretches, OperationKind } from '../core/drill.ts'
import type { ClockReading, WallOffset } from './clock.ts'
import { onController } from './clock.ts'
import type { DrillRequest } from './drill.ts'
import { activeStretches, bothActing, frozenStretches } from './holding.ts'
import type { Epoch } from './observer.ts'
import { errorsOf, seriesOf } from './operations.ts'
import { type OperationRecord, parseOperations, parseProber } from './records.ts'
import { sightingsOf } from './sightings.ts'
import { lateHeartbeats, oneCopyOf, phasesOf, timeline } from './timeline.ts'
import { faultsOf } from './verdict.ts'
import type { LockSighting, NfsVersion } from './workload.ts'
import { unverified, writesOf } from './writes.ts'

/** All that a drill collected, on the clocks of those who saw it. */
export interface Evidence {
  readonly injected: { readonly atMs: number; readonly uncertaintyMs: number }
  readonly healedMs: number
  readonly untilMs: number
  /** The client's clock, before and after. */
  readonly readings: readonly ClockReading[]
  /** Every host's wall clock, before. */
  readonly wallOffsets: readonly WallOffset[]
  readonly active: Node
  readonly passive: Node
  readonly locks: readonly LockSighting[]
  /** What the run itself found wanting. */
  readonly reasons: readonly string[]
  readonly logs: ReadonlyMap<string, string>
  /** What the program found, or why it could not compare. */
  readonly verification: string
  readonly kernelLog: string
  readonly epochs: readonly Epoch[]
  readonly load: { readonly before: number; readonly after: number }
}

const everyKind: readonly OperationKind[] = ['append', 'create', 'rename', 'unlink', 'read', 'lock']

/** The report of a drill: pure. */
export function resultOf(request: DrillRequest, evidence: Evidence): DrillResult {
  const { cluster, fault, versions } = request
  const kinds = request.yardstick ? ([...everyKind, 'yardstick'] as const) : everyKind
  const { injected, untilMs, readings, epochs } = evidence
  const injectedMs = injected.atMs
  const toController = (clientMs: number) => onController(readings, clientMs, untilMs) ?? clientMs
  const records = versions.flatMap(nfsVersion =>
    kinds.map(kind => ({
      ...{ nfsVersion, kind },
      records: parseOperations(evidence.logs.get(`${nfsVersion}.${kind}`) ?? ''),
    })),
  )
  const operations = records.map(each =>
    seriesOf({
      ...each,
      toRelative: clientMs => toController(clientMs) - injectedMs,
      untilMs: untilMs - injectedMs,
    }),
  )
  const sightings = sightingsOf(epochs)
  const relative = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => ({
    fromMs: Math.round(fromMs - injectedMs),
    toMs: Math.round(toMs - injectedMs),
  })
  const [first, second] = cluster.nodes
  const byNode = (stretchesOf: typeof activeStretches) =>
    cluster.nodes.map(({ name }) => ({ node: name, during: stretchesOf(sightings, name) }))
  const frozen = byNode(frozenStretches)
  const standstills = [
    ...(fault.stops === 'active'
      ? [{ node: evidence.active.name, fromMs: injectedMs, toMs: evidence.healedMs }]
      : []),
    ...frozen.flatMap(({ node, during }) => during.map(stretch => ({ node, ...stretch }))),
  ]
  const relativeByNode = (all: readonly NodeStretches[]) =>
    all.map(({ node, during }) => ({ node, during: during.map(relative) }))
  const sureMs = Math.max(...readings.map(({ uncertaintyMs }) => uncertaintyMs))
  const moments = timeline({
    ...{ injectedMs, injectionUncertaintyMs: injected.uncertaintyMs, healedMs: evidence.healedMs },
    ...{ controller: 'controller', sightings },
    client: {
      ...{ host: request.client.name, uncertaintyMs: sureMs },
      vipUpMs: parseProber(evidence.logs.get('prober') ?? '')
        .filter(({ what }) => what === 'up')
        .map(({ atMs }) => toController(atMs)),
      acknowledgedMs: acknowledgements(records.filter(({ kind }) => kind === 'append')).map(toController),
    },
  })
  const judged = {
    ...{ operations, moments, writes: writesOf(evidence.verification, records) },
    bothActive: bothActing(sightings, [first.name, second.name], standstills).map(relative),
    locks: evidence.locks.map(({ version, isHeld }) => ({
      nfsVersion: version,
      result: lockResult(isHeld, records, version),
    })),
  }
  const oneCopy = oneCopyOf(sightings, injectedMs, untilMs)
  const reasons = [
    ...faultsOf(judged, fault, evidence.reasons),
    ...unverified(evidence.verification),
    ...unseen(judged.locks, evidence.locks),
  ]
  const { cpus } = request.machine
  return {
    ...{ version: 1, runId: request.runId, cluster: cluster.name, startedAt: request.startedAt },
    ...{ fault: fault.name, variant: request.variant },
    environment: {
      ...{ machine: `${cpus} CPUs`, cpus, accel: request.accel },
      ...{ loadBefore: evidence.load.before, loadAfter: evidence.load.after },
    },
    settings: {
      deadtimeMs: cluster.heartbeat.deadtimeMs,
      keepaliveMs: cluster.heartbeat.keepaliveMs,
      graceSeconds: cluster.nfs.graceSeconds,
      leaseSeconds: cluster.nfs.leaseSeconds,
      fencing: cluster.fencing.mode,
      group: cluster.group,
    },
    ...judged,
    phases: phasesOf(sightings, injectedMs),
    active: relativeByNode(byNode(activeStretches)),
    frozen: relativeByNode(frozen),
    ...(oneCopy && { oneCopy }),
    clientErrors: [
      ...new Set([
        ...records.flatMap(each => errorsOf(each.records)),
        ...kernelComplaints(evidence.kernelLog),
      ]),
    ],
    lateHeartbeats: lateHeartbeats(sightings, injectedMs),
    clockOffsets: evidence.wallOffsets,
    ...(request.prediction && { prediction: request.prediction }),
    verdict: reasons.length === 0 ? 'passed' : 'failed',
    reasons,
  }
}

function acknowledgements(
  all: readonly { readonly records: readonly OperationRecord[] }[],
): readonly number[] {
  return all
    .flatMap(({ records }) =>
      records.flatMap(({ endedMs, error }) =>
        endedMs === undefined || error !== undefined ? [] : [endedMs],
      ),
    )
    .toSorted((a, b) => a - b)
}

/** Why it is not known of a lock whether the server has it. */
function unseen(locks: DrillResult['locks'], sightings: readonly LockSighting[]): readonly string[] {
  return locks
    .filter(({ result }) => result === 'unknown')
    .map(({ nfsVersion }) => {
      const said = sightings.find(({ version }) => version === nfsVersion)?.said ?? ''
      return `the lock over v${nfsVersion} could not be looked at: ${said}`
    })
}

/** A lock that was never taken proves nothing; one that the server has, and whose holder can write, was kept. */
function lockResult(
  isHeld: boolean | undefined,
  all: readonly { kind: OperationKind; nfsVersion: NfsVersion; records: readonly OperationRecord[] }[],
  version: NfsVersion,
): DrillResult['locks'][number]['result'] {
  const records = all.find(({ kind, nfsVersion }) => kind === 'lock' && nfsVersion === version)?.records ?? []
  if (!records.some(({ endedMs, error }) => endedMs !== undefined && error === undefined)) return 'not-held'
  const last = records.findLast(({ endedMs }) => endedMs !== undefined)
  if (isHeld === false || last?.error !== undefined) return 'lost'
  return isHeld === undefined ? 'unknown' : 'kept'
}

function kernelComplaints(log: string): readonly string[] {
  return log
    .split('\n')
    .map(line => line.replace(/^\[[^\]]*\]\s*/, ''))
    .filter(line => /lost \d+ locks|stale|NFS:.*error|reclaim.*failed/i.test(line))
}
