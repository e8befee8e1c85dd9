import type { Cluster } from '../core/cluster.ts'
import { present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { unescapePath } from './export-options.ts'

/** A path that is served, on one of our DRBD devices, and that the inventory does not export. */
export interface UsedExport {
  readonly path: string
  /** Addresses of clients with an open file, a lock or a delegation below it, or (version 3) a mount. */
  readonly clients: readonly string[]
}

/** DRBD's block major (Documentation/admin-guide/devices.txt). */
const drbdMajor = 147

/**
 * Who uses the exports that are served here and no longer wanted. nfsd lists each client's states with
 * the device, in hexadecimal, and the inode (fs/nfsd/nfs4state.c, nfs4_show_superblock; kernel 5.3 and
 * later); find(1) says which of these lie below the path. Version 3 keeps no state: there a client
 * counts that mountd's list names and that is connected. Absent while nfsd does not run.
 */
export function exportUsers({ exports }: Cluster): Probe<readonly UsedExport[]> {
  const wanted = exports.map(({ path }) => path)
  return {
    id: `export-users:${wanted.join(',')}`,
    script: `threads=0
{ read -r threads </proc/fs/nfsd/threads; } 2>/dev/null
[ "\${threads:-0}" -gt 0 ] || exit ${exitAbsent}
clients=/proc/fs/nfsd/clients
served=$(exportfs -s | awk '{ print $1 }' | sort -u)
while read -r shown; do
  path=$shown
  case $shown in *\\\\*) path=$(printf %b "$(printf '%s\\n' "$shown" | sed 's/\\\\\\([0-7]\\{3\\}\\)/\\\\0\\1/g')") ;; esac
  case $path in ${[...wanted.map(quote), "''"].join(' | ')}) continue ;; esac
  number=$(stat -c '%Hd %Ld' -- "$path" 2>/dev/null) || continue
  [ "\${number% *}" = ${drbdMajor} ] || continue
  device=$(printf '%02x:%02x' "\${number% *}" "\${number#* }")
  echo "path $shown"
  inodes=$(cat "$clients"/*/states 2>/dev/null | sed -n "s/.*superblock: \\"$device:\\([0-9]*\\)\\".*/\\1/p" | sort -un)
  test=
  for inode in $inodes; do test="$test\${test:+ -o }-inum $inode"; done
  # shellcheck disable=SC2086 # words of a test
  below=$([ -z "$test" ] || timeout 50 find "$path" -xdev \\( $test \\) -printf '%i\\n') || { echo 'unknown'; continue; }
  for inode in $below; do
    grep -l "superblock: \\"$device:$inode\\"" "$clients"/*/states 2>/dev/null
  done | sort -u | while read -r states; do
    sed -n 's/^address: "\\(.*\\):[0-9]*"$/client \\1/p' "\${states%states}info"
  done
  connected=$(ss -Htn state established '( sport = :2049 )' | awk '{ print $4 }')
  sed -nE 's/^([^:]+):(.*):0x[0-9a-f]+$/\\1 \\2/p' /var/lib/nfs/rmtab 2>/dev/null | while read -r client mounted; do
    case "$mounted/" in "$path/"*) ;; *) continue ;; esac
    case $connected in *"$client:"*) echo "client $client" ;; esac
  done
done <<NFSHA_SERVED
$served
NFSHA_SERVED`,
    parse: ({ stdout }) =>
      /^unknown$/m.test(stdout)
        ? unknown('its files could not be searched in time')
        : present(parseUsers(stdout)),
    deadlineMs: 60_000,
    maxBytes: 65_536,
  }
}

function parseUsers(stdout: string): readonly UsedExport[] {
  return stdout
    .split(/^path /m)
    .slice(1)
    .map(block => {
      const [path = '', ...lines] = block.trimEnd().split('\n')
      const clients = lines.map(line =>
        line.replace(/^client /, '').replace(/^\[?(?:::ffff:)?([^\]]*)\]?$/, '$1'),
      )
      return { path: unescapePath(path), clients: [...new Set(clients)].toSorted() }
    })
}
