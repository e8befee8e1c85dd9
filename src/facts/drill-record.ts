import type { Cluster } from '../core/cluster.ts'
import { type Fact, type Facts, factValue, present, unknown } from '../core/fact.ts'
import type { DrillRecord, FailoverKind, FailoverSample } from '../core/failover.ts'
import type { Probe } from '../core/probe.ts'
import { answerTo } from './group.ts'
import { record } from './record.ts'

/** Where a pair keeps what its last drills took, on both nodes. */
export const drillRecordPath = '/var/lib/nfsha/drill.json'

/** What this pair's last drills took. Absent: none was run. */
export const drillRecord: Probe<DrillRecord> = record('drill-record', drillRecordPath, 65_536, parseRecord)

/** The question to both nodes. */
export function drillRecordProbes({
  nodes,
}: Pick<Cluster, 'nodes'>): Readonly<Record<string, readonly Probe<unknown>[]>> {
  return Object.fromEntries(nodes.map(({ name }) => [name, [drillRecord]]))
}

/** The record of the node that knows the latest drill; the other may have been down when it was written. */
export function newestRecord({ nodes }: Pick<Cluster, 'nodes'>, facts: Facts): DrillRecord | undefined {
  return nodes
    .flatMap(({ name }) => factValue(answerTo(facts[name] ?? {}, drillRecord)) ?? [])
    .toSorted((a, b) => (latest(a) < latest(b) ? 1 : -1))[0]
}

/** The run of the last sample: ids sort by time. */
function latest({ samples }: DrillRecord): string {
  return samples.at(-1)?.runId ?? ''
}

const kinds: readonly FailoverKind[] = ['planned', 'crash', 'nic-cut']

function parseRecord(text: string): Fact<DrillRecord> {
  const found: unknown = JSON.parse(text)
  const samples = (found as { readonly samples?: unknown } | null)?.samples
  if (!Array.isArray(samples) || !samples.every(isSample)) return unknown('it is no record of drills')
  return present({ version: 1, samples })
}

function isSample(value: unknown): value is FailoverSample {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  return (
    kinds.some(kind => kind === fields.kind) &&
    typeof fields.runId === 'string' &&
    ['beyondTimerMs', 'startMs', 'returnMs'].every(name => Number.isFinite(fields[name]))
  )
}
