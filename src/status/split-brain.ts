import type { Cluster, Node, Volume } from '../core/cluster.ts'
import { type Facts, factValue, type HostFacts } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { type DrbdState, drbdBacklog } from '../facts/drbd.ts'
import { drbdMetadata, type Generations } from '../facts/drbd-metadata.ts'
import { compareGenerations, type Relation } from '../facts/generations.ts'
import {
  answerTo,
  drbdOf,
  groupParts,
  groupProbes,
  type Holding,
  holdingOf,
  whoActs,
} from '../facts/group.ts'
import { promotionGuard } from '../facts/guard.ts'
import { heartbeat } from '../facts/heartbeat.ts'
import { hold } from '../facts/hold.ts'
import { mountOf } from '../facts/mount.ts'
import { type PartingLine, partingLog } from '../facts/parting.ts'
import { asideShell } from '../facts/volume-aside.ts'
import { type VolumeFiles, volumeFiles } from '../facts/volume-files.ts'
import { type ChangedFile, changedFiles, isoTime, lostOn } from './changed-files.ts'

/**
 * `divided`: both sides changed since they were one, or both act; `remembered`: they are one again, and
 * a mark is left of it; `unknown`: a side does not say enough; `none`: nothing of that.
 */
export type SplitVerdict = 'divided' | 'remembered' | 'unknown' | 'none'

/** What both nodes show of a split-brain, for the person who has to choose. JSON-safe. */
export interface SplitBrain {
  readonly cluster: string
  readonly verdict: SplitVerdict
  readonly reason: string
  readonly nodes: readonly SplitNode[]
  readonly volumes: readonly SplitVolume[]
}

export interface SplitNode {
  readonly name: string
  readonly problem?: string
  readonly holding: Holding
  readonly heartbeat: 'running' | 'stopped' | 'unknown'
  readonly held?: string
  /** The promotion guard's marks. */
  readonly marks: readonly string[]
  /** Why the group was last not started there. */
  readonly refused?: string
  readonly log: readonly PartingLine[]
}

export interface SplitVolume {
  readonly name: string
  /** Seen from the first node; missing where a side's generations are not known. */
  readonly relation?: Relation
  readonly sides: readonly SplitSide[]
  /** Missing where a side could not be listed, or both are one. */
  readonly changes?: readonly ChangedFile[]
  /** Whether nothing was left out of `changes`. */
  readonly isWhole: boolean
}

/** One side of a volume. */
export interface SplitSide {
  readonly node: string
  /** Missing where DRBD is down or did not say. */
  readonly state?: DrbdState
  readonly generations?: Generations
  readonly outOfSyncKib?: number
  readonly lastWrite?: { readonly path: string; readonly at: string }
  /** How many paths its own changes are of: what is gone when the other side is kept. */
  readonly changed?: number
  readonly readAt:
    | { readonly kind: 'mount'; readonly path: string }
    | { readonly kind: 'aside'; readonly command: string }
  /** Why its files are not known. */
  readonly problem?: string
}

/** What is asked of both nodes, by host name. */
export function splitBrainProbes(cluster: Cluster): Readonly<Record<string, readonly Probe<unknown>[]>> {
  return Object.fromEntries(
    cluster.nodes.map(node => [
      node.name,
      [
        ...groupProbes(cluster),
        heartbeat(cluster.platform.paths),
        hold,
        promotionGuard,
        partingLog,
        ...cluster.volumes.flatMap(volume => [
          drbdBacklog(volume, cluster.platform.drbdDialect),
          drbdMetadata(cluster, node, volume),
          volumeFiles(node, volume),
        ]),
      ],
    ]),
  )
}

export function splitBrainOf(cluster: Cluster, facts: Facts): SplitBrain {
  const nodes = cluster.nodes.map(node => nodeOf(cluster, node, facts[node.name] ?? {}))
  const volumes = cluster.volumes.map(volume => volumeOf(cluster, volume, facts))
  return { cluster: cluster.name, ...judge(cluster, facts, nodes, volumes), nodes, volumes }
}

/** The paths of a volume that a side's own changes are of; undefined where that is not known. */
export function lossOf(volume: SplitVolume, node: string): readonly ChangedFile[] | undefined {
  return volume.changes && lostOn(node, volume.changes)
}

function judge(
  cluster: Cluster,
  facts: Facts,
  nodes: readonly SplitNode[],
  volumes: readonly SplitVolume[],
): Pick<SplitBrain, 'verdict' | 'reason'> {
  const [first, second] = cluster.nodes
  const names = `${first.name} and ${second.name}`
  const parts = ({ name }: Node) => groupParts(cluster, facts[name] ?? {})
  const parted = volumes.filter(({ relation }) => relation === 'diverged').map(({ name }) => name)
  const strange = volumes.filter(({ relation }) => relation === 'unrelated').map(({ name }) => name)
  if (strange.length > 0)
    return { verdict: 'divided', reason: `${strange.join(', ')} on ${names} have no common past` }
  if (parted.length > 0)
    return {
      verdict: 'divided',
      reason: `${names} both changed ${parted.join(', ')} after they were last one`,
    }
  if (whoActs(parts(first), parts(second)) === 'both')
    return { verdict: 'divided', reason: `${names} both act` }
  const unread = volumes.filter(({ relation }) => relation === undefined).map(({ name }) => name)
  if (unread.length > 0)
    return {
      verdict: 'unknown',
      reason: `whether both sides of ${unread.join(', ')} are of one line is not known`,
    }
  const marked = nodes.filter(({ marks }) => marks.some(mark => mark.endsWith('.split-brain')))
  if (marked.length > 0)
    return {
      verdict: 'remembered',
      reason: `the data are of one line again; ${marked.map(({ name }) => name).join(' and ')} still remember a split-brain`,
    }
  return { verdict: 'none', reason: 'both sides are of one line' }
}

function nodeOf(cluster: Cluster, node: Node, facts: HostFacts): SplitNode {
  const daemon = factValue(answerTo(facts, heartbeat(cluster.platform.paths)))
  const guard = factValue(answerTo(facts, promotionGuard))
  const held = factValue(answerTo(facts, hold))?.text
  const unknowns = Object.values(facts).flatMap(fact => (fact.state === 'unknown' ? [fact.reason] : []))
  const isSilent = Object.keys(facts).length === unknowns.length
  return {
    name: node.name,
    ...(isSilent && { problem: unknowns[0] ?? 'it was not asked' }),
    holding: holdingOf(groupParts(cluster, facts)),
    heartbeat: daemon === undefined ? 'unknown' : daemon.running ? 'running' : 'stopped',
    ...(held !== undefined && { held }),
    marks: guard?.marks ?? [],
    ...(guard?.refused && { refused: guard.refused.reason }),
    log: factValue(answerTo(facts, partingLog)) ?? [],
  }
}

function volumeOf(cluster: Cluster, volume: Volume, facts: Facts): SplitVolume {
  const { nodes, platform } = cluster
  const listed = nodes.flatMap(node => {
    const files = factValue(answerTo(facts[node.name] ?? {}, volumeFiles(node, volume)))
    return files === undefined ? [] : [{ node: node.name, ...files }]
  })
  const [one, other] = listed
  const changes = one && other && changedFiles(one, other)
  const sides = nodes.map((node): SplitSide => {
    const said = facts[node.name] ?? {}
    const state = factValue(answerTo(said, drbdOf(cluster, volume)))
    const generations = factValue(answerTo(said, drbdMetadata(cluster, node, volume)))?.generations
    const backlog = factValue(answerTo(said, drbdBacklog(volume, platform.drbdDialect)))
    const files = answerTo(said, volumeFiles(node, volume))
    return {
      node: node.name,
      ...(state && { state }),
      ...(generations && { generations }),
      ...(backlog && { outOfSyncKib: backlog.outOfSyncKib }),
      ...lastWriteOf(factValue(files)),
      ...(changes && { changed: lostOn(node.name, changes).length }),
      readAt: readAt(node, volume, said),
      ...(files.state === 'unknown' && { problem: files.reason }),
    }
  })
  const [self, peer] = sides.map(({ generations }) => generations)
  return {
    name: volume.name,
    ...(self && peer && { relation: compareGenerations(self, peer) }),
    sides,
    ...(changes && { changes }),
    isWhole: listed.every(({ isWhole }) => isWhole),
  }
}

function lastWriteOf(files: VolumeFiles | undefined): Pick<SplitSide, 'lastWrite'> {
  const last = files?.files.find(({ kind }) => kind !== 'd')
  return last === undefined ? {} : { lastWrite: { path: last.path, at: isoTime(last.changed) } }
}

function readAt(node: Node, volume: Volume, facts: HostFacts): SplitSide['readAt'] {
  const mount = factValue(answerTo(facts, mountOf(volume.mountPoint)))
  return mount?.source === volume.device
    ? { kind: 'mount', path: volume.mountPoint }
    : { kind: 'aside', command: asideShell(node, volume) }
}
