import type { Cluster } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** What only the server can tell about who may mount, and who has. */
export interface MountdFact {
  /** IPv4 addresses by host name in lower case, as this node resolves it; missing for a name that it cannot resolve. */
  readonly names: Readonly<Record<string, readonly string[]>>
  /** Mounts of version 3 that mountd noted (rmtab); one whose client died stays there. */
  readonly mounts: readonly { readonly address: string; readonly path: string }[]
}

/**
 * The addresses of the host names in the exports, of those that are served and of those that are wanted, and the mounts of
 * version 3. Netgroups and wildcards are not resolved. Absent while nfsd does not run.
 */
export function mountdKnows({ exports }: Cluster): Probe<MountdFact> {
  const clients = [...new Set(exports.flatMap(each => each.clients.map(({ match }) => match)))].toSorted()
  return {
    id: `mountd:${clients.join(',')}`,
    script: `threads=0
{ read -r threads </proc/fs/nfsd/threads; } 2>/dev/null
[ "\${threads:-0}" -gt 0 ] || exit ${exitAbsent}
served=$(exportfs -s)
set -f
set -- ${clients.map(quote).join(' ')}
while read -r _ match _; do set -- "$@" "\${match%%(*}"; done <<NFSHA_SERVED
$served
NFSHA_SERVED
seen=' '
for name; do
  case $name in *[][*?@/:]*) continue ;; *[!0-9.]*) ;; *) continue ;; esac
  case $name in *[A-Z]*) name=$(printf '%s\\n' "$name" | tr '[:upper:]' '[:lower:]') ;; esac
  case $seen in *" $name "*) continue ;; esac
  seen="$seen$name "
  timeout 10 getent ahostsv4 "$name" | awk -v name="$name" '{ print "name", name, $1 }' | sort -u
done
[ ! -s /var/lib/nfs/rmtab ] || sed -nE 's/^([^:]+):(.*):0x[0-9a-f]+$/mount \\1 \\2/p' /var/lib/nfs/rmtab 2>/dev/null
exit 0`,
    parse: ({ stdout }) => present(parseKnown(stdout)),
    deadlineMs: 60_000,
    maxBytes: 128 * 1024,
  }
}

function parseKnown(stdout: string): MountdFact {
  const names: Record<string, string[]> = {}
  for (const [, name = '', address = ''] of stdout.matchAll(/^name (\S+) (\S+)$/gm))
    names[name] = [...(names[name] ?? []), address]
  const mounts = [...stdout.matchAll(/^mount (\S+) (.+)$/gm)].map(([, address = '', path = '']) => ({
    address,
    path,
  }))
  return { names, mounts }
}
