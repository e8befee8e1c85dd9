import type { Cluster, Vip, Volume } from '../core/cluster.ts'
import { type Fact, type HostFacts, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { drbdStatus } from './drbd.ts'
import { mountOf } from './mount.ts'
import { nfsServer } from './nfs.ts'
import { vipsHeld } from './vip.ts'

/** One thing that the active node has: a volume as Primary, its mount, NFS, a VIP. */
export interface GroupPart {
  readonly kind: 'primary' | 'mount' | 'nfs' | 'vip'
  /** What it is about: a resource, a mount point, `nfsd`, an address. */
  readonly name: string
  /** Undefined: the node did not say. */
  readonly held: boolean | undefined
  /** What was found, for people: "/srv/nfsha is not mounted". */
  readonly text: string
}

/** How much of the resource group a node holds. */
export type Holding = 'all' | 'some' | 'none' | 'unknown'

/** The questions whose answers say who holds the resource group. */
export function groupProbes(cluster: Cluster): readonly Probe<unknown>[] {
  return [
    ...cluster.volumes.flatMap(volume => [drbdOf(cluster, volume), mountOf(volume.mountPoint)]),
    nfsServer,
    vipsHeld(cluster.vips),
  ]
}

/** The same question about a volume that everybody asks. */
export function drbdOf({ platform }: Cluster, volume: Volume): ReturnType<typeof drbdStatus> {
  return drbdStatus(volume, platform.drbdDialect)
}

/** The answer to a probe, among answers by probe id. */
export function answerTo<T>(facts: HostFacts, probe: Probe<T>): Fact<T> {
  // Probes with one id are one question, so the answer is of this probe's type.
  return (facts[probe.id] as Fact<T> | undefined) ?? unknown(`${probe.id} was not asked`)
}

/** The parts of the resource group on one node, in the order in which they are started. */
export function groupParts(cluster: Cluster, facts: HostFacts): readonly GroupPart[] {
  return [
    ...cluster.volumes.map(volume => primaryPart(cluster, volume, facts)),
    ...cluster.volumes.map(volume => mountPart(volume, facts)),
    nfsPart(facts),
    ...cluster.vips.map(vip => vipPart(cluster, vip, facts)),
  ]
}

/** How much of the group these parts are. */
export function holdingOf(parts: readonly GroupPart[]): Holding {
  if (parts.some(({ held }) => held === undefined)) return 'unknown'
  const held = parts.filter(part => part.held).length
  if (held === 0) return 'none'
  return held === parts.length ? 'all' : 'some'
}

/**
 * Which node acts for the group, seen from both: `one` has all of it, or has begun to; `both` have
 * what only one may have, a Primary role or a VIP; or `none`.
 */
export type Acting = 'self' | 'peer' | 'both' | 'none'

/** Who acts. With parts on both nodes, the one that has a volume as Primary, then the one that has more. */
export function whoActs(self: readonly GroupPart[], peer: readonly GroupPart[]): Acting {
  if ((['primary', 'vip'] as const).some(kind => holds(self, kind) && holds(peer, kind))) return 'both'
  if (count(self) + count(peer) === 0) return 'none'
  if (holds(self, 'primary') !== holds(peer, 'primary')) return holds(self, 'primary') ? 'self' : 'peer'
  return count(self) >= count(peer) ? 'self' : 'peer'
}

function holds(parts: readonly GroupPart[], kind: GroupPart['kind']): boolean {
  return parts.some(part => part.kind === kind && part.held === true)
}

function count(parts: readonly GroupPart[]): number {
  return parts.filter(part => part.held === true).length
}

/** The texts of the parts that a node does not hold. */
export function missingTexts(parts: readonly GroupPart[]): readonly string[] {
  return parts.filter(({ held }) => held !== true).map(({ text }) => text)
}

/** The texts of the parts that a node holds. */
export function heldTexts(parts: readonly GroupPart[]): readonly string[] {
  return parts.filter(({ held }) => held === true).map(({ text }) => text)
}

function primaryPart(cluster: Cluster, volume: Volume, facts: HostFacts): GroupPart {
  const fact = answerTo(facts, drbdOf(cluster, volume))
  const about = { kind: 'primary', name: volume.name } as const
  if (fact.state === 'absent') return { ...about, held: false, text: `${volume.name} is down` }
  return part(about, fact, ({ role }) => [role === 'Primary', `${volume.name} is ${role}`])
}

function mountPart({ mountPoint, device }: Volume, facts: HostFacts): GroupPart {
  const fact = answerTo(facts, mountOf(mountPoint))
  const about = { kind: 'mount', name: mountPoint } as const
  if (fact.state === 'absent') return { ...about, held: false, text: `${mountPoint} is not mounted` }
  return part(about, fact, ({ source }) =>
    source === device
      ? [true, `${mountPoint} is mounted`]
      : [false, `${mountPoint} has ${source} mounted, not ${device}`],
  )
}

function nfsPart(facts: HostFacts): GroupPart {
  const fact = answerTo(facts, nfsServer)
  const about = { kind: 'nfs', name: 'nfsd' } as const
  if (fact.state === 'absent') return { ...about, held: false, text: 'nfsd does not run' }
  return part(about, fact, ({ threads }) => [true, `nfsd runs with ${threads} threads`])
}

function vipPart(cluster: Cluster, { address }: Vip, facts: HostFacts): GroupPart {
  const fact = answerTo(facts, vipsHeld(cluster.vips))
  const about = { kind: 'vip', name: address } as const
  return part(about, fact, held => {
    const here = held.find(one => one.address === address)
    return here ? [true, `VIP ${address} is on ${here.nic}`] : [false, `VIP ${address} is not here`]
  })
}

function part<T>(
  about: Pick<GroupPart, 'kind' | 'name'>,
  fact: Fact<T>,
  say: (value: T) => readonly [boolean, string],
): GroupPart {
  if (fact.state === 'unknown') return { ...about, held: undefined, text: `${about.name}: ${fact.reason}` }
  if (fact.state === 'absent') return { ...about, held: false, text: `${about.name} is not there` }
  const [held, text] = say(fact.value)
  return { ...about, held, text }
}
