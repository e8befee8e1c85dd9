import type { Cluster } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'
import { ownPlaces, unitsWithDropIn } from './own-files.ts'
import { recordsDirectory } from './records.ts'

/** A directory on the way to a file of ours that is not as it must be. */
export interface UnsoundDirectory {
  readonly path: string
  /** stat(1)'s word. */
  readonly kind: string
  /** Octal, four digits. */
  readonly mode: string
  /** `user:group`. */
  readonly owner: string
}

/** Every directory on the way to a file of a cluster, from the root on. */
export function ownDirectories({ platform }: Pick<Cluster, 'platform'>): readonly string[] {
  const { haDir, unitDir } = platform.paths
  const places = [
    ...ownPlaces(platform),
    ...['resource.d', 'rc.d'].map(name => `${haDir}/${name}`),
    ...unitsWithDropIn(platform).map(name => `${unitDir}/${name}.d`),
    recordsDirectory,
  ]
  const all = places.flatMap(place =>
    place.split('/').map((_, at, names) => names.slice(0, at + 1).join('/') || '/'),
  )
  return [...new Set(all)].toSorted()
}

/**
 * Whether others than root must be able to read there: heartbeat's programs that run as its own user
 * (ipfail, ccm) read below its directory.
 */
export function isForOthers({ platform }: Pick<Cluster, 'platform'>, path: string): boolean {
  const { haDir } = platform.paths
  return path === '/' || haDir === path || haDir.startsWith(`${path}/`) || path.startsWith(`${haDir}/`)
}

/**
 * Which of these directories are not root's, cannot be searched by whom they are for, or may be written
 * to by everybody (without the sticky bit). One that is not there is none: who writes a file makes it.
 */
export function unsoundDirectories(cluster: Pick<Cluster, 'platform'>): Probe<readonly UnsoundDirectory[]> {
  return {
    id: 'own-directories',
    script: `found=$(stat -L -c '%F|%04a|%U:%G|%n' -- ${quoteArgv(ownDirectories(cluster))} 2>&1) || :
printf '%s\\n' "$found"`,
    parse: ({ stdout }) => parseDirectories(cluster, stdout),
    deadlineMs: 60_000,
    maxBytes: 65_536,
  }
}

function parseDirectories(
  cluster: Pick<Cluster, 'platform'>,
  stdout: string,
): Fact<readonly UnsoundDirectory[]> {
  const lines = stdout
    .split('\n')
    .filter(line => line !== '' && !line.endsWith(': No such file or directory'))
  const found = lines.map(line => {
    const [kind = '', mode = '', owner = '', path = ''] = line.split('|')
    return { path, kind, mode, owner }
  })
  const strange = lines.find((_, at) => found[at]?.path === '')
  // The root is always there: without it nothing was looked at.
  if (strange !== undefined || !found.some(({ path }) => path === '/'))
    return unknown(strange ?? 'the directories are not understood')
  return present(found.filter(directory => !isSound(directory, isForOthers(cluster, directory.path))))
}

function isSound({ kind, mode, owner }: UnsoundDirectory, forOthers: boolean): boolean {
  const bits = Number.parseInt(mode, 8)
  const [ownerBits, otherBits] = [(bits >> 6) & 7, bits & 7]
  const isSticky = (bits & 0o1000) !== 0
  if (kind !== 'directory' || !owner.startsWith('root:') || ownerBits !== 7) return false
  if ((otherBits & 2) !== 0 && !isSticky) return false
  return !forOthers || (otherBits & 5) === 5
}
