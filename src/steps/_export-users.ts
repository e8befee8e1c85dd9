import type { Cluster } from '../core/cluster.ts'
import { type Fact, factValue } from '../core/fact.ts'
import type { ExportsFact, ServedExport } from '../facts/exports.ts'
import type { MountdFact } from '../facts/mountd.ts'
import type { NfsClientsFact } from '../facts/nfs-clients.ts'
import { keepsAll, lossOf } from './_export-losses.ts'

/** A client that the server knows, and what an edit of the exports takes from it. */
export interface Loser {
  readonly address: string
  /** For people: `192.168.0.1 (Linux NFSv4.2 c1)`. */
  readonly client: string
  /** `access to /srv/nfsha/data`, `writing on /srv/nfsha/data`. */
  readonly loses: string
}

/** What is known of the exports and their users on the node that serves. */
export interface Served {
  readonly exports: Fact<ExportsFact>
  readonly clients: Fact<NfsClientsFact>
  readonly mountd: Fact<MountdFact>
}

/**
 * Clients that lose something of these paths; or why that is not known. nfsd does not say what a client of
 * version 4 has mounted, so one that it knows counts for every path that it may use; of version 3 mountd
 * noted the paths. The nodes themselves, which look through the VIPs, do not count unless they have files open.
 */
export function losersOf(
  cluster: Cluster,
  { exports, clients, mountd }: Served,
  wanted: readonly ServedExport[],
  paths: readonly string[],
): readonly Loser[] | { readonly unread: string; readonly paths: readonly string[] } {
  const of = (list: readonly ServedExport[], path: string) => list.filter(each => each.path === path)
  const served = factValue(exports)?.served ?? []
  const narrowed = paths.filter(path => !keepsAll(of(served, path), of(wanted, path)))
  if (narrowed.length === 0) return []
  for (const fact of [clients, mountd])
    if (fact.state === 'unknown') return { unread: fact.reason, paths: narrowed }
  const { names = {}, mounts = [] } = factValue(mountd) ?? {}
  const users = usersOf(cluster, factValue(clients)?.clients ?? [], mounts)
  return narrowed.flatMap(path =>
    users
      .filter(user => user.path === undefined || `${user.path}/`.startsWith(`${path}/`))
      .flatMap(({ address, client }) => {
        const lost = lossOf(address, of(served, path), of(wanted, path), names)
        return lost.length === 0 ? [] : [{ address, client, loses: lossText(lost, path) }]
      }),
  )
}

function lossText(lost: readonly string[], path: string): string {
  return lost.includes('access') ? `access to ${path}` : `${lost.join(' and ')} on ${path}`
}

/** `path`: the only one that it uses; missing where that is not known. */
interface User {
  readonly address: string
  readonly client: string
  readonly path?: string
}

function usersOf(
  { nodes, nfs }: Cluster,
  clients: NfsClientsFact['clients'],
  mounts: MountdFact['mounts'],
): readonly User[] {
  const own = new Set(nodes.flatMap(({ links }) => Object.values(links).map(({ address }) => address)))
  const known = clients
    .filter(({ address, states, status }) => status !== 'unconfirmed' && (states > 0 || !own.has(address)))
    .map(({ address, name }) => ({ address, client: name === undefined ? address : `${address} (${name})` }))
  const noted = nfs.v3 ? mounts : []
  return [
    // nfsd keeps what a client was before it booted anew beside what it is, for a lease.
    ...new Map(known.map(user => [user.client, user])).values(),
    ...noted
      .filter(({ address }) => !own.has(address) && !known.some(one => one.address === address))
      .map(({ address, path }) => ({ address, client: `${address} (mounted by version 3)`, path })),
  ]
}
