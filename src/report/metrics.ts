import { Gauge, Registry } from 'prom-client'
import type { ClusterStatus, Verdict, VolumeStatus } from '../status/status.ts'
import type { Family, Sample } from './metric-family.ts'
import { nodeFamilies } from './metrics-of-nodes.ts'

const verdicts: readonly Verdict[] = ['healthy', 'degraded', 'down', 'split-brain', 'unanswered']

/** The media type of the text. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE

/**
 * The status as Prometheus' text format. What is not known is left out, so that an alert on it is one
 * on `absent`; durations are seconds, sizes bytes, claims 1 or 0. `read`: when, and how long it took.
 */
export async function metricsText(
  status: ClusterStatus,
  read: { readonly atMs: number; readonly tookMs: number },
): Promise<string> {
  const registry = new Registry()
  for (const { name, help, samples } of [...clusterFamilies(status, read), ...nodeFamilies(status)]) {
    const known = samples.flatMap(([labels, value]) =>
      value === undefined ? [] : [{ labels: { cluster: status.cluster, ...labels }, value: Number(value) }],
    )
    const [first] = known
    if (first === undefined) continue
    const labelNames = Object.keys(first.labels)
    const gauge = new Gauge({ name: `nfsha_${name}`, help, labelNames, registers: [registry] })
    for (const { labels, value } of known) gauge.set(labels, value)
  }
  return await registry.metrics()
}

function clusterFamilies(
  status: ClusterStatus,
  read: { readonly atMs: number; readonly tookMs: number },
): readonly Family[] {
  const { verdict, active, concerns, pending, failover, lastRun, clients } = status
  return [
    {
      name: 'verdict',
      help: 'How the cluster is: 1 for the verdict that holds, 0 for the others.',
      samples: verdicts.map(each => [{ verdict: each }, each === verdict]),
    },
    { name: 'concerns', help: 'Things that are not as they should be.', samples: [[{}, concerns.length]] },
    {
      name: 'pending_edits',
      help: 'Edits on the active node that count from the next time that the group moves.',
      samples: [[{}, pending.length]],
    },
    {
      name: 'active',
      help: 'Whether a node serves.',
      samples: status.nodes.map(({ name }) => [{ node: name }, name === active]),
    },
    {
      name: 'could_take_over',
      help: 'Whether a rehearsal on a node found all that a takeover needs.',
      samples: status.nodes.map(({ name, couldTakeOver }) => [{ node: name }, couldTakeOver]),
    },
    {
      name: 'takeover_age_seconds',
      help: 'How long ago a node last took the group over.',
      samples:
        failover === undefined ? [] : [[{ node: failover.node, kind: failover.kind }, failover.agoMs / 1000]],
    },
    {
      name: 'last_run_ok',
      help: 'Whether the last run of nfsha on the nodes did what it was to do.',
      samples: lastRun === undefined ? [] : [[{ playbook: lastRun.playbook }, lastRun.result === 'done']],
    },
    {
      name: 'verified_timestamp_seconds',
      help: 'When both sides of a volume were last compared whole.',
      samples: verifiedSamples(status, ({ at }) => Date.parse(at) / 1000),
    },
    {
      name: 'verified_difference_bytes',
      help: 'How much differed then.',
      samples: verifiedSamples(status, ({ outOfSyncKib }) => outOfSyncKib * 1024),
    },
    {
      name: 'vip_answers',
      help: 'Whether a client gets its export from a VIP.',
      samples: clients.flatMap(({ name, vips }) =>
        vips.map(
          ({ address, answers }): Sample => [
            { client: name, address },
            answers === 'unknown' ? undefined : answers === 'yes',
          ],
        ),
      ),
    },
    { name: 'read_timestamp_seconds', help: 'When this was read.', samples: [[{}, read.atMs / 1000]] },
    { name: 'read_duration_seconds', help: 'How long reading took.', samples: [[{}, read.tookMs / 1000]] },
  ]
}

function verifiedSamples(
  { nodes }: ClusterStatus,
  value: (verified: NonNullable<VolumeStatus['verified']>) => number,
): readonly Sample[] {
  return nodes.flatMap(node =>
    node.volumes.flatMap(({ name, verified }): Sample[] =>
      verified === undefined ? [] : [[{ node: node.name, volume: name }, value(verified)]],
    ),
  )
}
