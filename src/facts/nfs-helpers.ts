import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import type { NfsSettings } from '../core/settings.ts'
import { pidsOf } from './processes.ts'

/** The daemons beside nfsd as they run, whatever their files say: each reads those only when it starts. */
export interface NfsHelpersFact {
  /** TCP port, and whether it answers for mounts of version 3; missing where none runs. */
  readonly mountd?: { readonly port: number; readonly v3: boolean }
  /** Whom it is to notify is below this directory. */
  readonly statd?: { readonly port: number; readonly directory: string }
  readonly nfsdcld: boolean
  /** Where lockd is going to listen when it starts, and whether it does now; missing while its module is not loaded. */
  readonly lockd?: { readonly port: number; readonly listens: boolean }
}

type Ports = Pick<NfsSettings, 'lockdPort'>

/**
 * What the helpers of the NFS server run with: mountd is asked over its own port, since without version 3 there
 * need be no rpcbind; statd's working directory is its state directory (nfs-utils, statd.c).
 */
export function nfsHelpers({ lockdPort }: Ports): Probe<NfsHelpersFact> {
  return {
    id: `nfs-helpers:${lockdPort}`,
    script: `sockets=$(ss -Hltnp) || { echo "ss does not list sockets"; exit 1; }
${pidsOf}
# Local addresses of the sockets that this program has, or that no process has: the kernel's.
sockets_of() {
  locals=
  IFS='
'
  set -f
  for line in $sockets; do
    unset IFS
    case $1 in
    '') case $line in *users:*) continue ;; esac ;;
    *) case $line in *"(\\"$1\\","*) ;; *) continue ;; esac ;;
    esac
    # shellcheck disable=SC2086 # its words
    set -- "$1" $line
    locals="$locals $5"
  done
  unset IFS
  set +f
}
port_of() {
  sockets_of "$1"
  port=\${locals#* } port=\${port%% *} port=\${port##*:}
}
pids_of rpc.mountd
if [ -n "$pids" ]; then
  port_of rpc.mountd
  v3=no
  if [ -n "$port" ]; then
    timeout 20 rpcinfo -a "127.0.0.1.$((port / 256)).$((port % 256))" -T tcp 100005 3 >/dev/null 2>&1
    case $? in 0) v3=yes ;; 124) echo "mountd does not answer"; exit 1 ;; esac
  fi
  echo "mountd \${port:-0} $v3"
fi
pids_of rpc.statd
for pid in $pids; do
  port_of rpc.statd
  echo "statd \${port:-0} $(readlink "/proc/$pid/cwd")"
  break
done
pids_of nfsdcld
[ -z "$pids" ] || echo 'nfsdcld runs'
if [ -r /proc/sys/fs/nfs/nlm_tcpport ]; then
  # Not by read: a shell reads byte by byte, and a number there is read at once or cut (kernel/sysctl.c, proc_dointvec).
  told=$(cat /proc/sys/fs/nfs/nlm_tcpport)
  sockets_of ''
  case "$locals " in *:${lockdPort}' '*) echo "lockd $told yes" ;; *) echo "lockd $told no" ;; esac
fi
echo end`,
    parse: ({ stdout }) => parseHelpers(stdout),
    deadlineMs: 60_000,
    maxBytes: 4096,
  }
}

function parseHelpers(stdout: string): Fact<NfsHelpersFact> {
  if (!/^end$/m.test(stdout)) return unknown('the answer is cut short')
  const [, mountdPort, mountsV3] = /^mountd (\d+) (yes|no)$/m.exec(stdout) ?? []
  const [, statdPort, directory] = /^statd (\d+) (.+)$/m.exec(stdout) ?? []
  const [, lockdPort, listens] = /^lockd (\d+) (yes|no)$/m.exec(stdout) ?? []
  return present({
    ...(mountdPort !== undefined && { mountd: { port: Number(mountdPort), v3: mountsV3 === 'yes' } }),
    ...(statdPort !== undefined &&
      directory !== undefined && { statd: { port: Number(statdPort), directory } }),
    nfsdcld: /^nfsdcld runs$/m.test(stdout),
    ...(lockdPort !== undefined && { lockd: { port: Number(lockdPort), listens: listens === 'yes' } }),
  })
}
