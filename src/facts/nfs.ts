import { clientTrackingPipe } from '../core/client-tracking.ts'
import type { Cluster } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { pidsOf } from './processes.ts'

/** The running kernel NFS server. */
export interface NfsServerFact {
  readonly threads: number
  /** Versions that it serves, sorted: `3`, `4.0`, `4.1`, `4.2`. */
  readonly versions: readonly string[]
  readonly leaseSeconds: number
  readonly graceSeconds: number
  /** Directory of the client database that nfsdcld has open; missing when none is. */
  readonly clientDatabase?: string
  /** It did not find nfsdcld when it started, and records its clients elsewhere or nowhere. */
  readonly recordsElsewhere?: true
}

/**
 * The kernel NFS server by nfsd's own files (Documentation/filesystems/nfs, fs/nfsd/nfsctl.c).
 * Absent: it serves with no thread. Without /proc/fs/nfsd that is proven by the absence of its
 * kernel threads.
 */
export const nfsServer: Probe<NfsServerFact> = Object.freeze<Probe<NfsServerFact>>({
  id: 'nfs-server',
  script: [
    'cd /proc/fs/nfsd 2>/dev/null && [ -e threads ] || {',
    '  if grep -qx nfsd /proc/[0-9]*/comm 2>/dev/null; then',
    '    echo "nfsd has threads, but /proc/fs/nfsd is not mounted"; exit 1',
    '  fi',
    `  exit ${exitAbsent}`,
    '}',
    '{ read -r threads <threads; } 2>/dev/null || { echo "/proc/fs/nfsd/threads cannot be read"; exit 1; }',
    `[ "$threads" -gt 0 ] || exit ${exitAbsent}`,
    'read -r versions <versions; read -r lease <nfsv4leasetime; read -r grace <nfsv4gracetime',
    `printf '%s\\n' "threads $threads" "versions $versions" "lease $lease" "grace $grace"`,
    `[ -p ${clientTrackingPipe} ] || echo 'records elsewhere'`,
    pidsOf,
    'pids_of nfsdcld',
    'for pid in $pids; do',
    // The data base is nfs-utils' CLD_SQLITE_FILE, main.sqlite.
    "  IFS='\n'",
    '  for open in $(readlink "/proc/$pid/fd/"* 2>/dev/null); do',
    `    case $open in /*/main.sqlite) printf 'database %s\\n' "\${open%/main.sqlite}" ;; esac`,
    '  done',
    '  unset IFS',
    'done',
    'exit 0',
  ].join('\n'),
  parse: ({ stdout }) => parseNfsServer(stdout),
  deadlineMs: 60_000,
  maxBytes: 4096,
})

/**
 * Whether the other node will know the clients of a server that runs; undefined where the inventory does not
 * ask for that. nfsd chooses how it records them when its first thread starts: only a restart changes it.
 */
export function clientsRecorded({ nfs }: Cluster, { recordsElsewhere }: NfsServerFact): boolean | undefined {
  return nfs.clientDatabaseOnVolume ? recordsElsewhere !== true : undefined
}

function parseNfsServer(stdout: string): Fact<NfsServerFact> {
  const answers = new Map(
    stdout.split('\n').map(line => {
      const space = line.indexOf(' ')
      return [line.slice(0, space), line.slice(space + 1)] as const
    }),
  )
  const seconds = (name: string) => Number.parseInt(answers.get(name) ?? '', 10)
  const [threads, leaseSeconds, graceSeconds] = [seconds('threads'), seconds('lease'), seconds('grace')]
  const versions = answers.get('versions')
  if (versions === undefined || [threads, leaseSeconds, graceSeconds].some(Number.isNaN))
    return unknown('the answer of /proc/fs/nfsd is not understood')
  const clientDatabase = answers.get('database')
  return present({
    threads,
    versions: servedVersions(versions),
    leaseSeconds,
    graceSeconds,
    ...(clientDatabase === undefined ? {} : { clientDatabase }),
    ...(answers.get('records') === 'elsewhere' && { recordsElsewhere: true as const }),
  })
}

/**
 * The versions that a line such as `-2 +3 +4 -4.0 +4.1 +4.2` says are served. 4.0 is never listed
 * with a plus: `+4` implies it unless `-4.0` is there (nfsctl.c, nfsd_print_version_support).
 */
function servedVersions(line: string): readonly string[] {
  const words = line.trim().split(/\s+/)
  const on = words.filter(word => word.startsWith('+')).map(word => word.slice(1))
  const implied = on.includes('4') && !words.includes('-4.0') ? ['4.0'] : []
  return [...on.filter(version => version !== '4'), ...implied].toSorted()
}
