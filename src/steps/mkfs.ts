import type { Volume } from '../core/cluster.ts'
import { type Diff, type Expected, expects, inSync, type Refusal, refusal } from '../core/diff.ts'
import { absent, type Fact, factValue, present } from '../core/fact.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import type { DrbdState } from '../facts/drbd.ts'
import { type FileFact, file } from '../facts/file.ts'
import { type Content, isLabelOf, labelOf, volumeContents } from '../facts/filesystem.ts'
import { drbdOf } from '../facts/group.ts'
import { groupMember } from '../facts/group-member.ts'
import { type HeartbeatFact, heartbeat } from '../facts/heartbeat.ts'
import { type MountFact, mountOf } from '../facts/mount.ts'
import { wantedDirectories } from './_directories.ts'
import { respectHold } from './_hold.ts'
import { makeFileSystem, mkfsIntentPath, releaseVolume } from './_mkfs-script.ts'
import { backingDisk, overVolumes } from './_storage.ts'

interface Found {
  readonly facts: {
    readonly status: Fact<DrbdState>
    readonly contents: Fact<readonly Content[]>
    readonly intent: Fact<FileFact>
    readonly mount: Fact<MountFact>
    readonly heartbeat: Fact<HeartbeatFact>
    readonly member: Fact<true>
  }
}

/**
 * Each volume has its file system, made by the preferred node where there is provably none. One that
 * is there is ours by its label, or because it is what is mounted as the volume; any other is refused.
 */
export default respectHold(
  defineStepOver({
    id: 'mkfs',
    title: 'Make the file system',
    joint: true,
    over: overVolumes,
    reads: ({ cluster, host, item }) => ({
      status: drbdOf(cluster, item),
      contents: volumeContents(backingDisk(host, item)),
      intent: file(mkfsIntentPath(item)),
      mount: mountOf(item.mountPoint),
      heartbeat: heartbeat(cluster.platform.paths),
      member: groupMember(cluster.platform.paths, item),
    }),
    diff(given, self, peer): Diff {
      const mounted = [self, peer].find(({ facts }) => isMountedAs(given.item, facts.mount))
      if (mounted !== undefined) return otherType(given.item, mounted) ?? inSync
      const contents = contentsOf(given, self, peer)
      if ('kind' in contents) return contents
      if (isFinished(given.item, contents.found)) return strayPrimary(given, self, contents.found)
      const resumes = [self, peer].some(({ facts }) => facts.intent.state === 'present')
      if (contents.found.length > 0 && !(resumes && isHalfMade(given.item, contents.found)))
        return { ...refuseContents(given, contents.found), expect: expectedAfter(given) }
      if (given.host.name !== given.cluster.preferredNode) return inSync
      return refuseInUse(given, self, peer) ?? make(given, contents.found.length > 0)
    },
  }),
)

function isMountedAs({ device }: Volume, mount: Fact<MountFact>): boolean {
  return factValue(mount)?.source === device
}

/** The group's script would mount it as what it is not. */
function otherType({ name, fsType }: Volume, { facts }: Found): Refusal | undefined {
  const found = factValue(facts.mount)?.fsType
  if (found === undefined || found === fsType) return undefined
  return refusal(
    'other-file-system',
    `${name} has a file system of the type ${found}, and the inventory says ${fsType}`,
    `say fs: ${found} for ${name}; for another type, add a new volume and copy the data there`,
  )
}

function isFinished(volume: Volume, found: readonly Content[]): boolean {
  return found.length === 1 && found[0]?.type === volume.fsType && isLabelOf(volume, found[0].label)
}

function isHalfMade(volume: Volume, found: readonly Content[]): boolean {
  return found.length === 1 && found[0]?.type === volume.fsType && found[0].label === undefined
}

/** What the volume holds, by the sides whose data are complete; they must agree. */
function contentsOf(
  { item, host, peer }: Given<Volume>,
  own: Found,
  other: Found,
): { readonly found: readonly Content[] } | Refusal {
  const complete = [
    { name: host.name, facts: own.facts },
    { name: peer.name, facts: other.facts },
  ].filter(({ facts }) => factValue(facts.status)?.disk === 'UpToDate')
  const lists: { name: string; found: readonly Content[] }[] = []
  for (const { name, facts } of complete) {
    if (facts.contents.state !== 'present')
      return refusal(
        'unknown-contents',
        `what ${item.name} holds could not be read on ${name}${facts.contents.state === 'unknown' ? `: ${facts.contents.reason}` : ''}`,
        `look at the backing disk on ${name} (wipefs -n, dmesg); nothing is formatted on a guess`,
      )
    lists.push({ name, found: facts.contents.value })
  }
  const [first, second] = lists
  if (first === undefined)
    return refusal(
      'no-complete-data',
      `neither ${host.name} nor ${peer.name} has complete data of ${item.name}`,
      'run the step drbd-initial-sync first, and mend what it says',
    )
  if (second !== undefined && describe(first.found) !== describe(second.found))
    return refusal(
      'sides-differ',
      `${item.name} counts as equal on both nodes, but ${first.name} has ${describe(first.found)} and ${second.name} ${describe(second.found)}`,
      `find out which side is right; \`drbdadm invalidate ${item.name}\` on the other one copies it anew`,
    )
  return { found: first.found }
}

function describe(found: readonly Content[]): string {
  if (found.length === 0) return 'nothing'
  return found
    .map(({ type, label }) => `${type}${label === undefined ? ' without a label' : ` labelled "${label}"`}`)
    .join(' and ')
}

function refuseContents({ item, cluster }: Given<Volume>, found: readonly Content[]): Refusal {
  const label = labelOf(item)
  const setLabel = item.fsType === 'xfs' ? `xfs_admin -L ${label}` : `e2label ${item.device} ${label}`
  const sameType = found.every(({ type }) => type === item.fsType)
  return refusal(
    'file-system-not-ours',
    `${item.device} holds ${describe(found)}, which nfsha has not made`,
    sameType
      ? `if it is this volume's, say so by its label: promote ${item.name} on ${cluster.preferredNode} and run \`${setLabel}\`; else save what is there and remove it with \`wipefs --backup --all ${item.device}\``
      : `if it may be destroyed, promote ${item.name} on ${cluster.preferredNode} and run \`wipefs --backup --all ${item.device}\`, then \`drbdadm secondary ${item.name}\``,
  )
}

function refuseInUse({ item }: Given<Volume>, ...sides: readonly Found[]): Refusal | undefined {
  if (!sides.some(mayBePromoted)) return undefined
  return refusal(
    'heartbeat-runs',
    `${item.name} has no file system yet, but heartbeat runs and may promote it at any moment`,
    'stop heartbeat on both nodes (systemctl stop heartbeat), then run again',
  )
}

/** Heartbeat runs, and its group has the volume: not so for one that is new in the inventory. */
function mayBePromoted({ facts }: Found): boolean {
  return factValue(facts.heartbeat)?.running !== false && facts.member.state !== 'absent'
}

/** A finished volume that is promoted, used by nobody, and not heartbeat's, was left so by a cut run. */
function strayPrimary(given: Given<Volume>, { facts }: Found, found: readonly Content[]): Diff {
  const { item, cluster } = given
  const status = factValue(facts.status)
  if (status?.role !== 'Primary' || found.length === 0 || mayBePromoted({ facts })) return inSync

  return {
    kind: 'change',
    summary: `give up ${item.name}, which is promoted and used by nobody`,
    symbol: '~',
    risk: 'safe',
    actions: [releaseVolume(cluster, item)],
    expect: { self: [expects(drbdOf(cluster, item), present({ ...status, role: 'Secondary' }))] },
  }
}

function make(given: Given<Volume>, resumes: boolean): Diff {
  const { item, cluster } = given
  const directories = wantedDirectories(cluster, item)
  return {
    kind: 'change',
    summary: `${resumes ? 'finish' : 'make'} the ${item.fsType} file system "${labelOf(item)}" on ${item.device}`,
    symbol: '+',
    risk: 'destructive',
    actions: [makeFileSystem(cluster, item, directories, { resumes })],
    expect: expectedAfter(given),
    display: [
      {
        kind: 'lines',
        lines: directories.map(
          ({ path, owner, group, mode }) => `directory ${path} ${owner}:${group} ${mode}`,
        ),
      },
    ],
  }
}

function expectedAfter({ host, peer, item }: Given<Volume>): Expected {
  const made = present([{ type: item.fsType, label: labelOf(item) }])
  return {
    self: [
      expects(volumeContents(backingDisk(host, item)), made),
      expects(file(mkfsIntentPath(item)), absent()),
    ],
    peer: [expects(volumeContents(backingDisk(peer, item)), made)],
  }
}
