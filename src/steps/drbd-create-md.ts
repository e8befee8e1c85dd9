import type { ScriptAction } from '../core/action.ts'
import type { Volume } from '../core/cluster.ts'
import {
  type Change,
  type Diff,
  type Expected,
  expects,
  inSync,
  type Refusal,
  refusal,
} from '../core/diff.ts'
import { type Fact, factValue, present } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { type Disk, disk } from '../facts/block.ts'
import { type DrbdMetadata, drbdMetadata, justCreatedUuid } from '../facts/drbd-metadata.ts'
import { type Content, volumeContents } from '../facts/filesystem.ts'
import { compareGenerations } from '../facts/generations.ts'
import { isLeftVolume } from '../facts/left-volume.ts'
import {
  consentFor,
  describeSignature,
  type NamedDisk,
  nameDisk,
  refuseInUse,
  refuseOccupied,
} from './_disk-contents.ts'
import { respectHold } from './_hold.ts'
import { createMetadata, recordMetadata, unchangedDisk } from './_metadata-script.ts'
import { backingDisk, overVolumes } from './_storage.ts'

interface Answers {
  readonly disk: Fact<Disk>
  readonly metadata: Fact<DrbdMetadata>
  readonly contents: Fact<readonly Content[]>
}

/**
 * Puts DRBD's metadata on the backing disks. A disk is written to only when it is provably blank, or
 * when its loss was consented to by name. Metadata that is there is kept when its lineage is proven:
 * recorded here when it was made, or attached as this very resource, or related to the peer's, which is;
 * or both disks hold one volume that a teardown left.
 */
export default respectHold(
  defineStepOver({
    id: 'drbd-create-md',
    title: 'Create the DRBD metadata',
    joint: true,
    over: overVolumes,
    reads: ({ cluster, host, item }) => ({
      disk: disk(backingDisk(host, item)),
      metadata: drbdMetadata(cluster, host, item),
      contents: volumeContents(backingDisk(host, item)),
    }),
    diff(given, self, peer): Diff {
      const named = { path: backingDisk(given.host, given.item), volume: given.item, node: given.host }
      const found = readableDisk(named, self.facts.disk)
      if ('kind' in found) return { ...found, expect: expectedAfter(given) }
      const kept = keepMetadata(given, found, self.facts, peer.facts)
      if (kept !== undefined) return kept
      const refused = refuseInUse(named, found) ?? unreadableMetadata(named, self.facts.metadata)
      if (refused !== undefined) return { ...refused, expect: expectedAfter(given) }
      const occupied = refuseOccupied(named, found)
      const consented = given.params.allowDataLoss.includes(consentFor(named))
      if (occupied !== undefined && !consented) return { ...occupied, expect: expectedAfter(given) }
      return create(given, named, found, { lost: occupied?.reason, peerHasData: hasData(peer.facts) })
    },
  }),
)

function readableDisk(named: NamedDisk, fact: Fact<Disk>): Disk | Refusal {
  if (fact.state === 'present') return fact.value
  const { volume, node } = named
  if (fact.state === 'absent')
    return refusal(
      'missing-disk',
      `${nameDisk(named)} does not exist`,
      `attach a disk, or make the partition or logical volume (lvcreate -L SIZE -n NAME VG); else correct volumes: ${volume.name} for ${node.name} in the inventory`,
    )
  return refusal(
    'unreadable-disk',
    `${nameDisk(named)} cannot be examined: ${fact.reason}`,
    `look at it on ${node.name} (dmesg, lsblk, smartctl); what cannot be read is never taken for blank. Repair it or name another disk for ${volume.name}`,
  )
}

function unreadableMetadata(named: NamedDisk, fact: Fact<DrbdMetadata>): Refusal | undefined {
  if (fact.state !== 'unknown') return undefined
  return refusal(
    'unknown-metadata',
    `the DRBD metadata of ${nameDisk(named)} could not be read: ${fact.reason}`,
    `install the packages first (nfsha deploy --only packages), or look at it with drbdmeta ${named.volume.minor} v08 ${named.path} internal show-gi`,
  )
}

/** In sync, or only to be noted, when the metadata that is there is this resource's. */
function keepMetadata(given: Given<Volume>, found: Disk, self: Answers, peer: Answers): Diff | undefined {
  const metadata = factValue(self.metadata)
  if (metadata?.lineage === 'recorded') return inSync
  const attached = isAttached(given.item, found)
  if (metadata === undefined) return attached ? inSync : undefined
  if (metadata.lineage === 'unfinished') return record(given, metadata, 'finish the record of')
  if (attached) return record(given, metadata, 'record')
  if (vouchedFor(given.item, metadata, peer)) return record(given, metadata, 'record')
  return isLeftVolume(given.item, self, peer) ? record(given, metadata, 'take up') : undefined
}

function isAttached(volume: Volume, found: Disk): boolean {
  return found.attachedTo?.minor === volume.minor && found.attachedTo.resource === volume.name
}

/** Whether the peer's metadata are proven and these descend from them or the other way round. */
function vouchedFor(volume: Volume, metadata: DrbdMetadata, peer: Answers): boolean {
  const other = factValue(peer.metadata)
  const otherDisk = factValue(peer.disk)
  if (other === undefined || metadata.justCreated || other.justCreated) return false
  if (other.lineage !== 'recorded' && !(otherDisk && isAttached(volume, otherDisk))) return false
  return compareGenerations(metadata.generations, other.generations) !== 'unrelated'
}

/** Notes the lineage of metadata that is there; the disk is not touched. */
function record({ cluster, host, item }: Given<Volume>, metadata: DrbdMetadata, verb: string): Change {
  const path = backingDisk(host, item)
  return {
    kind: 'change',
    summary: `${verb} the DRBD metadata on ${path} as ${item.name}'s; the data there are kept`,
    symbol: '+',
    risk: 'safe',
    actions: [recordMetadata(host, item)],
    expect: {
      self: [expects(drbdMetadata(cluster, host, item), present({ ...metadata, lineage: 'recorded' }))],
    },
  }
}

/** Whether a node's metadata have known data: DRBD then never takes a disk with new metadata for the source. */
function hasData({ metadata }: Answers): boolean {
  return factValue(metadata)?.justCreated === false
}

function create(
  given: Given<Volume>,
  named: NamedDisk,
  found: Disk,
  { lost, peerHasData }: { readonly lost: string | undefined; readonly peerHasData: boolean },
): Change {
  const action: ScriptAction = {
    ...createMetadata(given.cluster, given.host, given.item, { erase: lost !== undefined }),
    guard: unchangedDisk(named, found),
  }
  return {
    kind: 'change',
    summary:
      lost === undefined
        ? `create DRBD metadata on ${named.path} (${found.identity}), which is blank`
        : `destroy what is on ${named.path} and create DRBD metadata there`,
    symbol: lost === undefined ? '+' : '!',
    risk: 'destructive',
    ...(peerHasData && {
      promise: `${given.peer.name} fills it, whole; until that has ended there is one copy of ${given.item.name}`,
    }),
    actions: [action],
    expect: expectedAfter(given),
    ...(lost !== undefined && {
      consumed: [consentFor(named)],
      display: [{ kind: 'lines' as const, lines: [lost, ...found.signatures.map(describeSignature)] }],
    }),
  }
}

function expectedAfter({ cluster, host, item }: Given<Volume>): Expected {
  const zero = '0000000000000000'
  const fresh = present<DrbdMetadata>({
    lineage: 'recorded',
    justCreated: true,
    generations: { current: justCreatedUuid, bitmap: zero, history: [zero, zero] },
  })
  return {
    self: [
      expects(drbdMetadata(cluster, host, item), fresh),
      expects(volumeContents(backingDisk(host, item)), present([])),
    ],
  }
}
