import type { Volume } from '../core/cluster.ts'
import { type Diff, inSync, type Refusal, refusal } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import type { DrbdState } from '../facts/drbd.ts'
import { drbdOf } from '../facts/group.ts'
import { type GuardFact, promotionGuard } from '../facts/guard.ts'
import { hold } from '../facts/hold.ts'
import { slowDisks } from '../facts/monitor.ts'
import { isConnected, isSyncing } from './_drbd-words.ts'
import { isolationOf } from './_isolation.ts'
import { overVolumes } from './_storage.ts'

interface Found {
  readonly facts: {
    readonly status: Fact<DrbdState>
    readonly guard: Fact<GuardFact>
    readonly slow: Fact<readonly string[]>
  }
}

/**
 * The node that is to go on alone has a good copy of every volume: UpToDate, with all that the other one has, on a
 * disk that is not slow itself. Nothing is mended here.
 */
export default defineStepOver({
  id: 'isolate-ready',
  title: 'See that the other copy is good',
  joint: true,
  over: overVolumes,
  reads: ({ cluster, item }: Given<Volume>) => ({
    status: drbdOf(cluster, item),
    guard: promotionGuard,
    slow: slowDisks,
    hold,
  }),
  diff(given, self, peer): Diff {
    const { params, host } = given
    if (params.to === undefined || host.name !== params.to) return inSync
    return copyFlaw(given, self, peer) ?? slowFlaw(given, self) ?? inSync
  },
})

function copyFlaw(
  { item: { name }, host, peer }: Given<Volume>,
  self: Found,
  other: Found & Parameters<typeof isolationOf>[0],
): Refusal | undefined {
  const { status, guard } = self.facts
  const unread = [status, other.facts.status, guard].find(fact => fact.state === 'unknown')
  if (unread?.state === 'unknown') return notKnown(`how ${name} is`, unread.reason)
  const marks = guard.state === 'present' ? guard.value.marks.filter(mark => !mark.endsWith('.chosen')) : []
  if (marks.length > 0)
    return refusal(
      'target-barred',
      `the promotion guard bars ${host.name}: ${marks.join(', ')}`,
      'see `nfsha status` and settle that first',
    )
  const disk = status.state === 'present' ? status.value.disk : 'down'
  if (disk !== 'UpToDate')
    return refusal(
      'only-good-copy',
      `the disk of ${name} on ${host.name} is ${disk}: ${peer.name} has the only good copy`,
      `let ${host.name} have all data first; \`nfsha status\` says how far it is`,
    )
  if (isolationOf(other, other.facts.status) !== undefined) return undefined
  const connection = status.state === 'present' ? status.value.connection : 'down'
  if (isSyncing(connection))
    return refusal(
      'target-syncing',
      `${name} is ${connection} on ${host.name}`,
      'wait until the resync is over: `nfsha status` shows how far it is',
    )
  if (isConnected(connection)) return undefined
  return refusal(
    'only-good-copy',
    `${name} is ${connection} on ${host.name}: it may lack what ${peer.name} has`,
    'mend the replication link, or `nfsha deploy`; then see `nfsha status`',
  )
}

/** A pair whose two disks are slow gains nothing, and loses a copy. */
function slowFlaw({ cluster, host }: Given<Volume>, { facts: { slow } }: Found): Refusal | undefined {
  if (!cluster.monitor.enabled) return undefined
  if (slow.state !== 'present')
    return notKnown(
      `whether the disks of ${host.name} are slow`,
      slow.state === 'unknown' ? slow.reason : 'no monitor that measures runs there (`nfsha deploy`)',
    )
  if (slow.value.length === 0) return undefined
  return refusal(
    'other-disk-slow',
    `${host.name} has a slow disk as well: ${slow.value.join(', ')}`,
    `mend that of ${host.name} first; \`nfsha explain slow-disk\``,
  )
}

function notKnown(what: string, reason: string): Refusal {
  return refusal('unknown-state', `${what} is not known: ${reason}`, 'mend that first, then run again')
}
