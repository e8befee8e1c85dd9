import { type Client, type ClientMount, type Cluster, mountSource } from '../core/cluster.ts'
import { type Facts, factValue, type HostFacts } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { autofsFiles, autofsUnit } from '../facts/autofs.ts'
import { type ClientMountFact, clientMount, systemdAutomount } from '../facts/client-mount.ts'
import { answerTo } from '../facts/group.ts'
import { mountwatch } from '../facts/mountwatch.ts'
import { unit } from '../facts/unit.ts'

/** How the mounts of one client are. JSON-safe. */
export interface ClientMounts {
  readonly name: string
  readonly answered: boolean
  readonly problem?: string
  /** How long ago the watchdog looked; missing where it has not, or is not there. */
  readonly lookedSecondsAgo?: number
  readonly mounts: readonly MountStatus[]
}

export interface MountStatus {
  readonly path: string
  readonly export: string
  /** `automount`: not mounted until somebody looks, and well. `blocked`: mounted, and does not answer; by the watchdog's last look. */
  readonly state: 'mounted' | 'automount' | 'not mounted' | 'blocked' | 'failed' | 'taken' | 'unknown'
  /** What is not as it should be. */
  readonly reason?: string
}

/** What `nfsha clients status` asks, by client. */
export function clientProbes({ clients }: Cluster): Readonly<Record<string, readonly Probe<unknown>[]>> {
  return Object.fromEntries(
    clients.map(({ name, mounts, autofs }) => [
      name,
      [...mounts.map(({ path }) => clientMount(path)), ...(autofs ? [unit(autofsUnit)] : []), mountwatch],
    ]),
  )
}

export function clientMounts(cluster: Cluster, facts: Facts): readonly ClientMounts[] {
  return cluster.clients.map(client => statusOf(cluster, client, facts[client.name] ?? {}))
}

/** Declared mounts that are not there. A client's own trouble is none of the pair's: worth knowing, no concern. */
export function mountNotes(clients: readonly ClientMounts[]): readonly string[] {
  return clients
    .filter(({ answered }) => answered)
    .flatMap(({ name, mounts }) =>
      mounts
        .filter(({ state }) => !['mounted', 'automount', 'unknown'].includes(state))
        .map(({ path, state, reason }) => {
          const next =
            state === 'not mounted' ? '`nfsha clients deploy` mounts it' : 'see `nfsha clients status`'
          return `${name}: ${path} is ${state}${reason === undefined ? '' : ` (${reason})`}; ${next}`
        }),
    )
}

/** Whether all that a client is to have is there. */
export function isWell({ answered, mounts }: ClientMounts): boolean {
  return answered && mounts.every(({ state }) => state === 'mounted' || state === 'automount')
}

function statusOf(cluster: Cluster, client: Client, facts: HostFacts): ClientMounts {
  const unknowns = Object.values(facts).flatMap(fact => (fact.state === 'unknown' ? [fact.reason] : []))
  const answered = Object.keys(facts).length > unknowns.length
  const daemon = answerTo(facts, unit(autofsUnit))
  const watch = factValue(answerTo(facts, mountwatch))
  return {
    name: client.name,
    answered,
    ...(!answered && { problem: unknowns[0] ?? 'it was not asked' }),
    ...(watch && { lookedSecondsAgo: watch.lookedSecondsAgo }),
    mounts: client.mounts.map(mount => {
      const about = { path: mount.path, export: mount.export }
      const fact = answerTo(facts, clientMount(mount.path))
      if (fact.state !== 'present')
        return { ...about, state: 'unknown', ...(fact.state === 'unknown' && { reason: fact.reason }) }
      const seen = watch?.mounts.find(({ path }) => path === mount.path)
      if (seen?.state === 'blocked' || seen?.state === 'failed')
        return {
          ...about,
          state: seen.state,
          reason: `for ${seen.seconds} s: ${seen.reason ?? 'no reason given'}`,
        }
      const state = stateOf(fact.value, mount, mountSource(cluster, mount))
      // Who looks then finds nothing, and until somebody does, the mount table does not tell.
      if (state.state === 'automount' && mount.by === 'autofs' && factValue(daemon)?.active !== 'active')
        return { ...about, state: 'not mounted', reason: `${autofsUnit} does not run` }
      return { ...about, ...state }
    }),
  }
}

function stateOf(
  { state, source }: ClientMountFact,
  { by }: ClientMount,
  wanted: string,
): Pick<MountStatus, 'state' | 'reason'> {
  if (state === 'nfs' && source === wanted) return { state: 'mounted' }
  if (state === 'nfs') return { state: 'taken', reason: `${source} is mounted there, not ${wanted}` }
  if (state === 'abandoned')
    return { state: 'not mounted', reason: `nobody serves the automount there (${source})` }
  if (state === 'automount' && source === (by === 'autofs' ? autofsFiles.map : systemdAutomount))
    return { state }
  if (state === 'automount') return { state: 'taken', reason: `another automount stands there (${source})` }
  if (state === 'other') return { state: 'taken', reason: 'another file system is mounted there' }
  if (by === 'autofs') return { state: 'not mounted', reason: 'autofs does not stand over its directory' }
  return { state: 'not mounted', ...(state !== 'directory' && { reason: `the mount point is ${state}` }) }
}
