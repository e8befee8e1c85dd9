import type { DrillResult, OperationKind, OperationPoint, OperationSeries } from '../../src/core/drill.ts'

/** Latencies as a lab's client sees them, the same in every run: 4 to 40 ms, and a stall that ends at `untilMs`. */
function points(seed: number, everyMs: number, untilMs: number, toMs: number): readonly OperationPoint[] {
  const found: OperationPoint[] = []
  let state = seed
  for (let atMs = -5000 + seed; atMs < toMs; ) {
    state = (state * 48_271) % 2_147_483_647
    const usual = 4 + 36 * (state / 2_147_483_647) ** 3
    const isStalled = atMs + usual > 0 && atMs < untilMs
    const durationMs = isStalled ? untilMs - atMs + usual : usual
    found.push({ atMs, durationMs, ok: true })
    atMs += Math.max(everyMs, durationMs)
  }
  return found
}

function series(kind: OperationKind, seed: number, untilMs: number, toMs: number): OperationSeries {
  const all = points(seed, 60, untilMs, toMs)
  const sorted = all.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  return {
    kind,
    nfsVersion: '4.2',
    count: all.length,
    failed: 0,
    worstMs: sorted.at(-1) ?? 0,
    p50Ms: sorted[Math.floor(all.length / 2)] ?? 0,
    p99Ms: sorted[Math.floor(all.length * 0.99)] ?? 0,
    points: all,
  }
}

const kinds: readonly OperationKind[] = ['append', 'create', 'rename', 'unlink', 'read', 'lock']

/** A power cut as it should go: stalled, nothing lost. */
export const powerCutDrill: DrillResult = {
  version: 1,
  runId: '20261120T101500-7f3a',
  cluster: 'lab',
  startedAt: '2026-11-20T10:15:00.000Z',
  fault: 'power-cut',
  variant: 'default',
  environment: { machine: '2 CPUs, 23 GiB', cpus: 2, loadBefore: 1.21, loadAfter: 2.96, accel: 'tcg' },
  settings: {
    deadtimeMs: 5000,
    keepaliveMs: 500,
    graceSeconds: 10,
    leaseSeconds: 10,
    fencing: 'none',
    group: 'lean',
  },
  operations: kinds.map((kind, i) => series(kind, 7 + i * 5, 10_780 + i * 130, 24_000)),
  moments: [
    { name: 'injected', atMs: 0, host: 'controller', uncertaintyMs: 5 },
    { name: 'detected', atMs: 5210, host: 'm2', uncertaintyMs: 1000 },
    { name: 'promoted', atMs: 6930, host: 'm2', uncertaintyMs: 12 },
    { name: 'mounted', atMs: 7310, host: 'm2', uncertaintyMs: 12 },
    { name: 'nfs-up', atMs: 8840, host: 'm2', uncertaintyMs: 12 },
    { name: 'vip-up', atMs: 8990, host: 'm2', uncertaintyMs: 12 },
    { name: 'vip-seen', atMs: 9120, host: 'c1', uncertaintyMs: 58 },
    { name: 'grace-began', atMs: 8410, host: 'm2', uncertaintyMs: 12 },
    { name: 'grace-ended', atMs: 10_640, host: 'm2', uncertaintyMs: 12 },
    { name: 'first-acknowledged', atMs: 10_783, host: 'c1', uncertaintyMs: 8 },
    { name: 'healed', atMs: 26_000, host: 'controller', uncertaintyMs: 5 },
    { name: 'redundant', atMs: 71_400, host: 'm2', uncertaintyMs: 100 },
  ],
  phases: [
    { node: 'm2', verb: 'start', phase: 'promote', durationMs: 310 },
    { node: 'm2', verb: 'start', phase: 'mount', durationMs: 380 },
    { node: 'm2', verb: 'start', phase: 'client-database', durationMs: 40 },
    { node: 'm2', verb: 'start', phase: 'nfsd', durationMs: 1490 },
    { node: 'm2', verb: 'start', phase: 'vip', durationMs: 150 },
    { node: 'm2', verb: 'start', phase: 'notify', durationMs: 30 },
    { node: 'm2', verb: 'start', phase: 'total', durationMs: 2410 },
  ],
  active: [
    { node: 'm1', during: [{ fromMs: -5000, toMs: 0 }] },
    { node: 'm2', during: [{ fromMs: 8990, toMs: 75_000 }] },
  ],
  frozen: [
    { node: 'm1', during: [] },
    { node: 'm2', during: [] },
  ],
  bothActive: [],
  writes: { acknowledged: 1204, lost: 0, corrupt: 0, duplicated: 0 },
  locks: [{ nfsVersion: '4.2', result: 'kept' }],
  clientErrors: [],
  lateHeartbeats: [],
  clockOffsets: [
    { host: 'm1', offsetMs: 12, uncertaintyMs: 4 },
    { host: 'm2', offsetMs: -7, uncertaintyMs: 5 },
    { host: 'c1', offsetMs: 3, uncertaintyMs: 4 },
  ],
  prediction: { lowMs: 9800, highMs: 11_900, from: 'last-drill' },
  verdict: 'passed',
  reasons: [],
}

const append = powerCutDrill.operations[0] ?? series('append', 7, 10_780, 24_000)

/** A full partition without fencing: two actives, and writes that vanish after the heal. */
export const partitionDrill: DrillResult = {
  ...powerCutDrill,
  runId: '20261120T104200-01bc',
  fault: 'all-cut',
  variant: 'no-fencing',
  operations: [
    {
      ...append,
      failed: 2,
      points: append.points.map((point, i) => (i === 30 || i === 80 ? { ...point, ok: false } : point)),
    },
    ...powerCutDrill.operations.slice(1),
  ],
  active: [
    { node: 'm1', during: [{ fromMs: -5000, toMs: 31_200 }] },
    { node: 'm2', during: [{ fromMs: 8990, toMs: 75_000 }] },
  ],
  bothActive: [{ fromMs: 8990, toMs: 31_200 }],
  writes: { acknowledged: 1204, lost: 152, corrupt: 0, duplicated: 0, gap: [611, 762] },
  locks: [
    { nfsVersion: '4.2', result: 'lost' },
    { nfsVersion: '3', result: 'kept' },
  ],
  clientErrors: [
    'nfs: server 10.10.3.222 not responding, still trying',
    '<script>alert("no")</script> & lock reclaim failed!',
  ],
  lateHeartbeats: [{ node: 'm1', atMs: 2500, intervalMs: 2610 }],
  verdict: 'failed',
  reasons: [
    'two nodes were active at once for 22.2 s',
    '152 acknowledged writes are gone: fence, or use a witness',
  ],
}

/** The same partition with a witness: the node that is cut off holds back its writes, and nothing is lost. */
export const witnessedDrill: DrillResult = {
  ...powerCutDrill,
  runId: '20261120T104900-01bd',
  fault: 'all-cut',
  variant: 'witness',
  active: [
    { node: 'm1', during: [{ fromMs: -5000, toMs: 3100 }] },
    { node: 'm2', during: [{ fromMs: 8990, toMs: 75_000 }] },
  ],
  frozen: [
    { node: 'm1', during: [{ fromMs: 3100, toMs: 42_500 }] },
    { node: 'm2', during: [] },
  ],
}
