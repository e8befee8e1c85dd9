import type { Action } from '../core/action.ts'
import { type Cluster, stateVolume } from '../core/cluster.ts'
import { expects } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import { clientsRecorded, type NfsServerFact, nfsServer } from '../facts/nfs.ts'
import { run, systemctl } from './_command.ts'
import type { Effect } from './_file.ts'

/** What the kernel NFS server of the active node should look like. */
export function nfsServerWanted({ nfs, ...cluster }: Cluster): NfsServerFact {
  return {
    threads: nfs.threads,
    versions: [...(nfs.v3 ? ['3'] : []), ...(nfs.v40 ? ['4.0'] : []), '4.1', '4.2'],
    leaseSeconds: nfs.leaseSeconds,
    graceSeconds: nfs.graceSeconds,
    clientDatabase: nfs.clientDatabaseOnVolume
      ? `${stateVolume({ nfs, ...cluster }).mountPoint}/.nfsha/nfsdcld`
      : '/var/lib/nfs/nfsdcld',
  }
}

/**
 * What a running NFS server lacks; undefined where it agrees, or does not run and will read the
 * files when it starts. nfsd takes times and versions only while it has no thread (EBUSY,
 * fs/nfsd/nfsctl.c): then it is restarted in place, which is shorter than moving the service.
 */
export function bringInLine(cluster: Cluster, found: Fact<NfsServerFact>): Effect | undefined {
  if (found.state !== 'present') return undefined
  const wanted = nfsServerWanted(cluster)
  const { nfsServer: serverUnit, nfsdcld } = cluster.platform.units
  const effect = (summary: string, ...actions: readonly Action[]): Effect => ({
    summary,
    actions,
    expect: { self: [expects(nfsServer, present(wanted))] },
  })
  const database = found.value.clientDatabase
  const isUnrecorded = clientsRecorded(cluster, found.value) === false
  const databaseMoves = database !== undefined && database !== wanted.clientDatabase
  const reasons = [
    ...settingsThatNeedRestart(found.value, wanted),
    ...(databaseMoves ? ['the client database'] : []),
    ...(isUnrecorded ? ['a record of its clients'] : []),
  ]
  if (reasons.length > 0) {
    return {
      ...effect(
        `restart the NFS server in place for ${reasons.join(', ')}`,
        ...(databaseMoves
          ? [moveDatabase(cluster, database, wanted.clientDatabase ?? database)]
          : [
              ...(database === undefined || isUnrecorded ? [systemctl('restart', nfsdcld)] : []),
              systemctl('restart', serverUnit),
            ]),
      ),
      risk: 'disruptive',
      promise: `clients wait while it restarts, a few seconds, and then for at most the grace period of ${cluster.nfs.graceSeconds} s; ${
        isUnrecorded ? 'a client that came since nfsd last started loses its locks' : 'nothing moves'
      }`,
    }
  }
  if (database === undefined) return effect(`start ${nfsdcld} again`, systemctl('restart', nfsdcld))
  if (found.value.threads !== wanted.threads)
    return {
      ...effect(
        `run ${wanted.threads} NFS threads instead of ${found.value.threads}`,
        run(['rpc.nfsd', String(wanted.threads)]),
      ),
      promise: 'clients notice nothing',
    }
  return undefined
}

/** The clients that are recorded go along, or none of them could reclaim its locks from the server that starts anew. */
function moveDatabase({ platform: { units } }: Cluster, from: string, to: string): Action {
  const [server, nfsdcld] = [units.nfsServer, units.nfsdcld].map(quote)
  return {
    kind: 'script',
    title: `move the client database from ${from} to ${to}, nfsd stopped meanwhile`,
    script: `from=${quote(from)} to=${quote(to)}
systemctl --no-ask-password stop ${server} ${nfsdcld} || exit 1
install -d -m 0700 "$to" && cp -p "$from"/main.sqlite* "$to/"
moved=$?
systemctl --no-ask-password start ${nfsdcld} && systemctl --no-ask-password start ${server} || exit 1
exit "$moved"`,
    timeoutMs: 180_000,
  }
}

function settingsThatNeedRestart(found: NfsServerFact, wanted: NfsServerFact): readonly string[] {
  return [
    found.versions.join() === wanted.versions.join() ? '' : `versions ${wanted.versions.join(' ')}`,
    found.leaseSeconds === wanted.leaseSeconds ? '' : `a lease of ${wanted.leaseSeconds} s`,
    found.graceSeconds === wanted.graceSeconds ? '' : `a grace period of ${wanted.graceSeconds} s`,
  ].filter(reason => reason !== '')
}
