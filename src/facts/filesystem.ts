import { createHash } from 'node:crypto'
import type { Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { parseSignatures } from './block.ts'
import { openDisk } from './disk-script.ts'

/** What a volume holds: a signature besides DRBD's own. */
export interface Content {
  /** libblkid's name: `ext4`, `xfs`, `LVM2_member`. */
  readonly type: string
  readonly label?: string
}

/** Characters that a label holds, ext4(5) and xfs(5): mkfs, e2label and xfs_admin cut off or refuse what is longer. */
const labelRoom = { ext4: 16, xfs: 12 } as const

/**
 * The label that says that a file system was finished by nfsha. Of a name that has no room in it only the
 * beginning is kept, and a digest of the whole, or nfs-data-1 and nfs-data-2 would have one label.
 */
export function labelOf({ name, fsType }: Volume): string {
  const label = `nfsha-${name}`
  const room = labelRoom[fsType]
  if (label.length <= room) return label
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 4)
  return `${label.slice(0, room - digest.length - 1)}~${digest}`
}

/** Whether a label is the volume's; also as it was before there was a digest in it. */
export function isLabelOf(volume: Volume, label: string | undefined): boolean {
  const cut = `nfsha-${volume.name}`.slice(0, labelRoom[volume.fsType])
  return label === labelOf(volume) || label === cut
}

/**
 * What lies behind DRBD's metadata on a backing disk: empty for a volume that was never formatted.
 * The backing disk is read, since a Secondary's device cannot be opened, and with its buffers
 * dropped first: DRBD writes past them. Absent: there is no such disk.
 */
export function volumeContents(path: string): Probe<readonly Content[]> {
  return {
    id: `volume-contents:${path}`,
    script: `${openDisk(path)}
blockdev --flushbufs "$disk" 2>&1 || exit 1
signatures=$(wipefs -n -J "$disk" 2>&1) || { echo "$signatures"; exit 1; }
printf 'signatures %s\\n' "$signatures"`,
    parse: ({ stdout }) => {
      // The word makes a list with nothing in it an answer: some versions of wipefs print nothing then.
      const signatures = stdout.startsWith('signatures ')
        ? parseSignatures(stdout.slice('signatures '.length))
        : undefined
      if (signatures === undefined) return unknown('the list of signatures is not understood')
      return present(
        signatures
          .filter(({ type }) => type !== 'drbd')
          .map(({ type, label }) => ({ type, ...(label === undefined ? {} : { label }) })),
      )
    },
    deadlineMs: 60_000,
    maxBytes: 32_768,
  }
}

/** A directory on a mounted volume. */
export interface WantedDirectory {
  readonly path: string
  /** Names or numbers, as chown(1) takes them. */
  readonly owner: string
  readonly group: string
  /** Octal, four digits. */
  readonly mode: string
}

/** How a directory was found: in the words of the wanted one, or not a directory at all, or missing. */
export type FoundDirectory =
  | { readonly kind: 'directory'; readonly owner: string; readonly group: string; readonly mode: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'other'; readonly what: string }

/** What was found at each wanted path. */
export type Directories = Readonly<Record<string, FoundDirectory>>

/**
 * Reads directories of a volume on the node that has it mounted; absent on one that has not. A path
 * that leads through a symbolic link is something else, never followed: clients can make links.
 */
export function directoriesOn(mountPoint: string, wanted: readonly WantedDirectory[]): Probe<Directories> {
  const isNumber = (name: string) => /^\d+$/.test(name)
  const lines = wanted.map(
    ({ path, owner, group }) =>
      `look ${quote(path)} '${isNumber(owner) ? '%u' : '%U'} ${isNumber(group) ? '%g' : '%G'} %04a'`,
  )
  return {
    id: `directories:${mountPoint}:${wanted.map(({ path, owner, group }) => `${path}=${owner}:${group}`).join(',')}`,
    script: `mountpoint -q ${quote(mountPoint)} || exit ${exitAbsent}
# As nearly always: all are there, and no path leads through a link. Then two commands tell of them all.
set -- ${wanted.map(({ path }) => quote(path)).join(' ')}
IFS='
'
if [ "$(readlink -e -- "$@" 2>/dev/null)" = "$*" ] && list=$(stat -c '%F|%U|%u|%G|%g|%04a' -- "$@" 2>/dev/null); then
  set -f
  set -- ${wanted.map(({ owner, group }) => `${isNumber(owner) ? 'u' : 'U'}${isNumber(group) ? 'g' : 'G'}`).join(' ')}
  told=
  for line in $list; do
    IFS='|' read -r kind user uid group gid mode <<NFSHA_LINE
$line
NFSHA_LINE
    case $1 in u*) user=$uid ;; esac
    case $1 in *g) group=$gid ;; esac
    [ "$kind" = directory ] || break
    shift
    told="$told$kind $user $group $mode
"
  done
  if [ $# -eq 0 ]; then printf %s "$told"; exit 0; fi
  set +f
fi
unset IFS
look() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then echo missing
  elif [ "$(readlink -f -- "$1")" != "$1" ]; then echo "other a symbolic link to $(readlink -f -- "$1")"
  elif [ -d "$1" ]; then stat -c "directory $2" -- "$1"
  else echo "other a $(stat -c %F -- "$1")"; fi
}
${lines.join('\n')}`,
    parse: ({ stdout }) => parseDirectories(stdout, wanted),
    deadlineMs: 60_000,
    maxBytes: 65_536,
  }
}

function parseDirectories(stdout: string, wanted: readonly WantedDirectory[]): Fact<Directories> {
  const lines = stdout.split('\n').filter(line => line !== '')
  if (lines.length !== wanted.length) return unknown('not every directory could be read')
  const found = wanted.map(({ path }, index): [string, FoundDirectory] => {
    const line = lines[index] ?? ''
    const [kind, owner = '', group = '', mode = ''] = line.split(' ')
    if (kind === 'directory') return [path, { kind, owner, group, mode }]
    if (kind === 'missing') return [path, { kind }]
    return [path, { kind: 'other', what: line.replace(/^other /, '') }]
  })
  return present(Object.fromEntries(found))
}
