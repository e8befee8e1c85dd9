import type { Cluster } from '../core/cluster.ts'
import { present, unknown } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote, quoteArgv } from '../core/quote.ts'
import { fileMark } from './markers.ts'

/** Directories that files of a cluster may lie in, below or above the platform's own. */
const elsewhere = [
  '/etc/nfsha',
  '/etc/chrony/conf.d',
  '/etc/systemd/timesyncd.conf.d',
  '/usr/local/sbin',
] as const

/** All directories that files of a cluster lie in; a file may lie deeper. */
export function ownPlaces({ paths }: Platform): readonly string[] {
  const { haDir, drbdDir, exportsDir, nfsConfDir, unitDir, modulesLoadDir, logrotateDir, stonithDir } = paths
  return [
    haDir,
    drbdDir,
    exportsDir,
    nfsConfDir,
    unitDir,
    modulesLoadDir,
    logrotateDir,
    stonithDir,
    ...elsewhere,
  ]
}

/** Units of others that have a drop-in of ours. */
export function unitsWithDropIn({ units }: Platform): readonly string[] {
  const { heartbeat, nfsServer, nfsdcld, statd, rpcbind, rpcbindSocket } = units
  return [heartbeat, nfsServer, nfsdcld, statd, rpcbind, rpcbindSocket]
}

/**
 * The files on a node that are this cluster's, whole, by their header: also those that its inventory
 * no longer asks for. Paths, sorted; absent when every place was searched and there is none.
 */
export function ownFiles({ name, platform }: Pick<Cluster, 'name' | 'platform'>): Probe<readonly string[]> {
  return {
    id: `own-files:${name}`,
    // grep(1) follows no links below a directory (-r); 1: none found, 2: something could not be read.
    script: [
      'found=',
      `for place in ${quoteArgv(ownPlaces(platform))}; do`,
      '  [ -d "$place" ] || continue',
      `  here=$(grep -rlIF -e ${quote(fileMark(name))} "$place" 2>&1) || [ $? -eq 1 ] || {`,
      `    printf '%s\\n' "$here" | tail -n 1; exit 1`,
      '  }',
      '  [ -z "$here" ] || found="$found$here\n"',
      'done',
      `[ -n "$found" ] || exit ${exitAbsent}`,
      `printf '%s' "$found" | sort`,
    ].join('\n'),
    parse: ({ stdout }) => {
      const paths = stdout.split('\n').filter(line => line !== '')
      const strange = paths.find(path => !path.startsWith('/'))
      return strange === undefined ? present(paths) : unknown(strange)
    },
    deadlineMs: 120_000,
    maxBytes: 65_536,
  }
}
