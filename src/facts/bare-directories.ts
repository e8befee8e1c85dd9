import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { fileMark } from './markers.ts'

/** A directory that was perhaps made for a cluster: for its files, or for a volume to be mounted on. */
export interface MadeDirectory {
  readonly path: string
  /** The volume's device, whose being mounted there does not count as content. */
  readonly device?: string
}

/**
 * Which of these directories are there, are of no package (dpkg-query(1), -S), and have nothing inside
 * but files of this cluster: they are of no use once those are gone. Absent: none is.
 */
export function bareDirectories(
  clusterName: string,
  directories: readonly MadeDirectory[],
): Probe<readonly string[]> {
  const looks = directories.map(
    ({ path, device }) => `look ${quote(path)}${device === undefined ? '' : ` ${quote(device)}`}`,
  )
  return {
    id: `bare-directories:${clusterName}:${directories.map(({ path }) => path).join(',')}`,
    script: `bare=
look() {
  [ -d "$1" ] && [ ! -L "$1" ] || return 0
  if mountpoint -q "$1"; then
    [ "$(findmnt -n -o SOURCE --mountpoint "$1" | tail -n 1)" = "\${2-}" ] || return 0
  else
    for inside in "$1"/* "$1"/.[!.]* "$1"/..?*; do
      [ -e "$inside" ] || [ -L "$inside" ] || continue
      [ -f "$inside" ] && grep -qsF -e ${quote(fileMark(clusterName))} "$inside" || return 0
    done
  fi
  owner=0
  dpkg-query -S "$1" >/dev/null 2>&1 || owner=$?
  case $owner in
  0) ;;
  1) bare="$bare$1
" ;;
  *) echo 'dpkg-query could not look'; exit 1 ;;
  esac
}
${looks.join('\n')}
[ -n "$bare" ] || exit ${exitAbsent}
printf '%s' "$bare"`,
    parse: ({ stdout }) => present(stdout.split('\n').filter(line => line !== '')),
    deadlineMs: 120_000,
    maxBytes: 65_536,
  }
}
