import { absent, type Fact, present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'

/**
 * RPC programs of the NFS server and of the portmapper itself, by number (IANA, "Remote Procedure Call (RPC)
 * Program Numbers"): portmapper, nfs, mountd, nlockmgr, status, nfs_acl.
 */
const ofNfs: readonly string[] = ['100000', '100003', '100005', '100021', '100024', '100227']

/**
 * What on a node needs the portmapper beside the NFS server: programs that signed on with it, as `rpcinfo -p`
 * names them (`ypbind (100007)`), and mounts of NFS 3 from elsewhere (`a mount of NFS 3 at /srv/x`). Absent where
 * no portmapper runs; one that only waits to be started by its socket is left alone.
 */
export const portmapperUsers: Probe<readonly string[]> = {
  id: 'portmapper-users',
  script: `[ -e /sys/fs/cgroup/system.slice/rpcbind.service/cgroup.procs ] || exit 3
rpcinfo -p 127.0.0.1 || exit
while read -r _ point type options _; do
  case $type:$options in nfs:*vers=3*) printf 'mount %s\\n' "$point" ;; esac
done </proc/mounts`,
  parse: ({ stdout, exitCode }) => (exitCode === 3 ? absent() : parseUsers(stdout)),
  deadlineMs: 20_000,
  maxBytes: 65_536,
}

/** Lines such as `    100007    2   udp    846  ypbind`, and ours of mounts. */
function parseUsers(stdout: string): Fact<readonly string[]> {
  const users = stdout.split('\n').flatMap(line => {
    const mount = /^mount (.+)$/.exec(line)?.[1]
    if (mount !== undefined) return [`a mount of NFS 3 at ${mount}`]
    const [program = '', , , , name] = line.trim().split(/\s+/)
    if (!/^\d+$/.test(program) || ofNfs.includes(program)) return []
    return [`${name ?? 'a program'} (${program})`]
  })
  return present([...new Set(users)].sort())
}
