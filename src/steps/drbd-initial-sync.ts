import type { ScriptAction } from '../core/action.ts'
import type { Volume } from '../core/cluster.ts'
import {
  type Change,
  type Diff,
  type Expectation,
  expects,
  inSync,
  type Refusal,
  refusal,
} from '../core/diff.ts'
import { type Fact, factValue, present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { type DrbdProgress, type DrbdState, drbdSync } from '../facts/drbd.ts'
import { type DrbdMetadata, drbdMetadata, justCreatedUuid } from '../facts/drbd-metadata.ts'
import { type Content, volumeContents } from '../facts/filesystem.ts'
import { drbdOf } from '../facts/group.ts'
import { isConnected, isSyncing } from './_drbd-words.ts'
import { respectHold } from './_hold.ts'
import { isolationOf } from './_isolation.ts'
import { backingDisk, overVolumes } from './_storage.ts'
import { waitForSync } from './_sync.ts'

interface Found {
  readonly facts: {
    readonly status: Fact<DrbdState>
    readonly sync: Fact<DrbdProgress>
    readonly metadata: Fact<DrbdMetadata>
    readonly contents: Fact<readonly Content[]>
  }
}

/**
 * The two sides hold the same data. Only a virgin pair, where neither side ever held any, is decided
 * here, by the preferred node: it declares both equal (`skip`; mkfs must follow), or becomes the
 * source (`full`). Everywhere else DRBD knows the direction, and a resync needs nothing but time.
 */
export default respectHold(
  defineStepOver({
    id: 'drbd-initial-sync',
    title: 'Synchronise the volume',
    joint: true,
    over: overVolumes,
    reads: ({ cluster, host, item }) => ({
      status: drbdOf(cluster, item),
      sync: drbdSync(item, cluster.platform.drbdDialect),
      metadata: drbdMetadata(cluster, host, item),
      contents: volumeContents(backingDisk(host, item)),
    }),
    diff(given, self, peer): Diff {
      const { item, host } = given
      const status = factValue(self.facts.status)
      const isolated = isolationOf(peer, peer.facts.status)
      if (isolated !== undefined)
        return { kind: 'in-sync', note: `${given.peer.name} is held and does not replicate (${isolated})` }
      if (status === undefined || !isConnected(status.connection))
        return refusal(
          'drbd-not-connected',
          `${item.name} is not connected on ${host.name} (${status?.connection ?? 'down'}), so nobody can say whose data are newer`,
          'run the step drbd-connected first, and mend what it says',
        )
      if (status.disk === 'UpToDate' && status.peerDisk === 'UpToDate') return inSync
      if (isVirgin(self, peer)) return refuseContents(given, self, peer) ?? decideVirgin(given)
      if (status.disk === 'Inconsistent' && status.peerDisk === 'Inconsistent')
        return refusal(
          'no-source',
          `neither side of ${item.name} has complete data, and not both disks are new`,
          `find the node whose data are to be kept and run \`drbdadm primary --force ${item.name}\` there: it then overwrites the other one`,
        )
      if (/Diskless|Failed/.test(`${status.disk} ${status.peerDisk}`))
        return refusal(
          'diskless',
          `${item.name} runs with one disk only (${host.name}: ${status.disk}, peer: ${status.peerDisk})`,
          'look at dmesg on the node without a disk; attach it again when it is sound (drbdadm attach)',
        )
      return syncing(given, status, self.facts.sync)
    },
  }),
)

/** Both metadata were never used, and what the kernel says agrees. */
function isVirgin(self: Found, peer: Found): boolean {
  return [self, peer].every(({ facts }) => {
    const status = factValue(facts.status)
    return (
      factValue(facts.metadata)?.justCreated === true &&
      status?.connection === 'Connected' &&
      [status.role, status.peerRole].every(role => role === 'Secondary') &&
      [status.disk, status.peerDisk].every(disk => disk === 'Inconsistent')
    )
  })
}

/** Metadata that were never used may have been put over a file system which somebody wants to keep. */
function refuseContents({ item, host, peer }: Given<Volume>, own: Found, other: Found): Refusal | undefined {
  const sides = [
    { name: host.name, contents: own.facts.contents },
    { name: peer.name, contents: other.facts.contents },
  ]
  const holder = sides.find(({ contents }) => contents.state !== 'present' || contents.value.length > 0)
  if (holder === undefined) return undefined
  const what =
    holder.contents.state === 'present'
      ? `holds ${holder.contents.value.map(({ type }) => type).join(' and ')}`
      : `could not be read${holder.contents.state === 'unknown' ? ` (${holder.contents.reason})` : ''}`
  return refusal(
    'data-behind-metadata',
    `DRBD says that ${item.name} never held data, but its disk on ${holder.name} ${what}`,
    `to keep those data and overwrite the other side, run \`drbdadm primary --force ${item.name}\` on ${holder.name}; to give them up, \`drbdadm down ${item.name}\` and \`wipefs --backup --all\` on the disk there, then deploy again`,
  )
}

/** A resync in progress, in the direction that DRBD found: waited for only when that was asked for. */
function syncing(
  { cluster, item, params }: Given<Volume>,
  status: DrbdState,
  sync: Fact<DrbdProgress>,
): Diff {
  const target = status.disk === 'UpToDate' ? 'the peer' : 'this node'
  if (!params.waitSync)
    return {
      kind: 'in-sync',
      note: isSyncing(status.connection)
        ? `resync to ${target} is running; degraded until it ends (--wait-sync waits for it)`
        : `${target} is ${target === 'the peer' ? status.peerDisk : status.disk}`,
    }
  return {
    ...waitForSync(cluster, item, status, factValue(sync)),
    summary: `${item.name} is in sync (${status.connection}, data flow to ${target})`,
  }
}

function decideVirgin(given: Given<Volume>): Diff {
  const { cluster, host, item } = given
  if (host.name !== cluster.preferredNode) return inSync
  const isSkip = item.initialSync === 'skip'
  const equal: DrbdState = {
    connection: 'Connected',
    role: 'Secondary',
    peerRole: 'Secondary',
    disk: 'UpToDate',
    peerDisk: 'UpToDate',
  }
  const state = (more: Partial<DrbdState>): readonly Expectation[] => [
    expects(drbdOf(cluster, item), present({ ...equal, ...more })),
  ]
  const change: Omit<Change, 'summary' | 'actions' | 'expect'> = {
    kind: 'change',
    symbol: '+',
    risk: 'destructive',
  }
  if (isSkip)
    return {
      ...change,
      summary: `declare both sides of ${item.name} equal, without a first sync: neither ever held data`,
      actions: [
        guarded(
          given,
          'declare both sides equal',
          `drbdadm new-current-uuid --clear-bitmap ${quote(item.name)}/0`,
        ),
      ],
      expect: { self: state({}), peer: state({}) },
    }
  return {
    ...change,
    summary: `start the first sync of ${item.name} from ${host.name}: neither side ever held data`,
    actions: [guarded(given, `start the first sync from ${host.name}`, becomeSource(item))],
    expect: {
      self: state({ connection: 'SyncSource', peerDisk: 'Inconsistent' }),
      peer: state({ connection: 'SyncTarget', disk: 'Inconsistent' }),
    },
  }
}

/** Forced once, on a pair that the guard proved virgin, and given up at once: the resync goes on. */
function becomeSource({ name }: Volume): string {
  const word = quote(name)
  return `drbdadm primary --force ${word}
tries=10
until drbdadm secondary ${word}; do
  tries=$((tries - 1))
  [ $tries -gt 0 ] || exit 1
  sleep 1
done`
}

/** The guard asks the kernel and the metadata again: connected, both Secondary and Inconsistent, never used. */
function guarded({ item }: Given<Volume>, title: string, script: string): ScriptAction {
  const word = quote(item.name)
  return {
    kind: 'script',
    title,
    script: `set -eu\n${script}`,
    timeoutMs: 60_000,
    guard: {
      expects: `${item.name} is connected, Secondary and Inconsistent on both sides, and its metadata were never used`,
      script: `now="$(drbdadm cstate ${word}) $(drbdadm role ${word}) $(drbdadm dstate ${word})"
[ "$now" = 'Connected Secondary/Secondary Inconsistent/Inconsistent' ] || { echo "it is $now"; exit 1; }
gi=$(drbdadm get-gi ${word})
case $gi in ${justCreatedUuid}:*) ;; *) echo "its generation is $gi"; exit 1 ;; esac`,
    },
  }
}
