import type { Action } from '../core/action.ts'
import { type Cluster, stateVolume } from '../core/cluster.ts'
import { expects } from '../core/diff.ts'
import { type Fact, present } from '../core/fact.ts'
import { quote } from '../core/quote.ts'
import type { NfsServerFact } from '../facts/nfs.ts'
import { type NfsHelpersFact, nfsHelpers } from '../facts/nfs-helpers.ts'
import { run, systemctl } from './_command.ts'
import type { Effect } from './_file.ts'

/** Where statd keeps its records unless it is told otherwise (nfs-utils, Debian). */
const statdAtHome = '/var/lib/nfs'

/** Where statd keeps whom to notify on the node that serves. */
export function statdDirectoryWanted({ nfs, ...cluster }: Cluster): string {
  return nfs.v3 && nfs.lockRecovery
    ? `${stateVolume({ nfs, ...cluster }).mountPoint}/.nfsha/statd`
    : statdAtHome
}

/**
 * What the helpers that run lack, on either node; undefined where they agree. One that does not run reads the files
 * when it starts. `restarted`: the NFS server is going to be restarted here anyway, and lockd with it.
 */
export function helpersInLine(
  cluster: Cluster,
  server: Fact<NfsServerFact>,
  found: Fact<NfsHelpersFact>,
  restarted: boolean,
): Effect | undefined {
  if (found.state !== 'present') return undefined
  const { nfs, platform } = cluster
  const { units } = platform
  const serves = server.state === 'present'
  const { statd, ...others } = found.value
  // Where the portmapper is away, statd went with it.
  const here: NfsHelpersFact = nfs.portmapper ? found.value : others
  const { mountd } = here
  // Before the server runs here for the first time, lockd has no port; rpc.nfsd tells it (nfs.conf(5), lockd).
  const lockd = nfs.v3 && (serves || mountd !== undefined) ? here.lockd : undefined
  const home = { port: nfs.statdPort, directory: statdDirectoryWanted(cluster) }
  const wanted: NfsHelpersFact = {
    ...here,
    ...(mountd && { mountd: { port: nfs.mountdPort, v3: nfs.v3 } }),
    ...(lockd && { lockd: { port: nfs.lockdPort, listens: serves || lockd.listens } }),
    ...(needsStatd(cluster, serves, here) && { statd: home }),
    nfsdcld: here.nfsdcld || (mountd !== undefined && !nfs.clientDatabaseOnVolume),
  }
  const differs = (name: keyof NfsHelpersFact) => JSON.stringify(here[name]) !== JSON.stringify(wanted[name])
  const rebinds = serves && nfs.v3 && differs('lockd')
  const parts: readonly (false | { readonly text: string; readonly actions: readonly Action[] })[] = [
    differs('lockd') && {
      text: 'lockd',
      actions: lockd?.port === nfs.lockdPort ? [] : [setLockdPort(nfs.lockdPort)],
    },
    differs('statd') && { text: 'statd', actions: [restartStatd(cluster, statd?.directory ?? statdAtHome)] },
    differs('nfsdcld') && { text: 'nfsdcld', actions: [systemctl('restart', units.nfsdcld)] },
    // Without regard to order: nfs-server.service requires it, and would be restarted too.
    differs('mountd') && {
      text: 'mountd',
      actions: [systemctl('--job-mode=ignore-dependencies', 'restart', units.mountd)],
    },
    rebinds && !restarted && { text: 'nfsd in place', actions: [systemctl('restart', units.nfsServer)] },
  ]
  const due = parts.filter(part => part !== false)
  if (due.length === 0) return undefined
  return {
    summary: `give their settings to ${due.map(({ text }) => text).join(', ')}`,
    actions: due.flatMap(({ actions }) => actions),
    expect: { self: [expects(nfsHelpers(nfs), present(wanted))] },
    risk: rebinds && !restarted ? 'disruptive' : 'safe',
    promise:
      rebinds && !restarted
        ? `clients wait while the server restarts, a few seconds, and then for at most the grace period of ${nfs.graceSeconds} s; nothing moves`
        : 'clients notice nothing',
  }
}

/** It counts from lockd's next start on. */
function setLockdPort(port: number): Action {
  return run(['sysctl', '-q', `fs.nfs.nlm_tcpport=${port}`, `fs.nfs.nlm_udpport=${port}`])
}

/**
 * Whether statd's state matters here: where the group is, and where it is kept on the node, so that no start of the
 * group begins it.
 */
function needsStatd({ nfs }: Cluster, serves: boolean, { mountd, statd }: NfsHelpersFact): boolean {
  return (
    (serves && statd !== undefined) || (nfs.v3 && (serves || (!nfs.lockRecovery && mountd !== undefined)))
  )
}

/** Whom statd is to notify goes with it to where it is told to keep that. */
function restartStatd(cluster: Cluster, from: string): Action {
  const to = statdDirectoryWanted(cluster)
  return {
    kind: 'script',
    title: `move statd's records to ${to}, and restart it`,
    script: `set -e
from=${quote(from)} to=${quote(to)}
if [ "$from" != "$to" ]; then
  for directory in "$to" "$to/sm" "$to/sm.bak"; do
    [ -d "$directory" ] || install -d -m 0700 -o statd -g nogroup "$directory"
  done
  for record in "$from"/sm/*; do
    [ ! -e "$record" ] || cp -p "$record" "$to/sm/"
  done
  [ ! -e "$from/state" ] || [ -e "$to/state" ] || cp -p "$from/state" "$to/state"
fi
systemctl --no-ask-password --job-mode=ignore-dependencies restart ${quote(cluster.platform.units.statd)}`,
    timeoutMs: 120_000,
  }
}
