import type { Export, Vip } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** What a client on this host gets from a VIP. */
export interface VipAnswers {
  /** NFS v4's NULL procedure on port 2049 was answered. */
  readonly nfs: boolean
  /**
   * `done`: the export was mounted and looked at. `here`: this host has the VIP itself, which would
   * prove nothing. `denied`: the export is not for this host. `failed`: neither; see `text`.
   */
  readonly stat: 'done' | 'here' | 'denied' | 'failed' | 'not tried'
  /** What the failing command said, in one line. */
  readonly text?: string
}

/**
 * Asks a VIP as a client would: a NULL call (RFC 7530, 15.1) straight to the port, without rpcbind,
 * by rpcinfo(8) `-a` with its universal address; then a look at the root of an export. That takes a
 * mount: read-only, soft, and in a mount namespace of its own that ends with the probe, so that the
 * host never sees it.
 */
export function vipAnswers({ address }: Vip, { path }: Pick<Export, 'path'>): Probe<VipAnswers> {
  const options = 'ro,soft,timeo=30,retrans=1,vers=4,nosharecache,lookupcache=none'
  return {
    id: `vip-answers:${address}:${path}`,
    script: [
      'command -v rpcinfo >/dev/null || { echo "rpcinfo is not installed"; exit 1; }',
      // Port 2049 is 8 * 256 + 1 (RFC 5665, universal addresses).
      `said=$(timeout 20 rpcinfo -a ${address}.8.1 -T tcp 100003 4 2>&1) || {`,
      `  printf 'nfs no\\ntext %s\\n' "$(printf '%s' "$said" | tail -n 1)"; exit 0; }`,
      'echo "nfs yes"',
      `case $(ip -o -4 addr show) in *' ${address}/'*) echo "stat here"; exit 0 ;; esac`,
      'command -v mount.nfs >/dev/null || { echo "stat failed"; echo "text mount.nfs is not installed"; exit 0; }',
      // In the namespace of its own, any directory will do as mount point. -n: /run/mount/utab is everybody's,
      // would keep a line of each mount that no umount(8) ends, and soon be larger than a probe may write.
      `said=$(timeout -k 2 30 unshare -m sh -c 'mount -n -t nfs -o "$1" "$2" /mnt && stat -c %F /mnt' sh \\`,
      `  ${options} ${quote(`${address}:${path}`)} 2>&1) && { echo "stat done"; exit 0; }`,
      `case $said in *denied*|*'not permitted'*) echo "stat denied" ;; *) echo "stat failed" ;; esac`,
      `printf 'text %s\\n' "$(printf '%s' "$said" | tail -n 1)"`,
    ].join('\n'),
    parse: ({ stdout }) => parseAnswers(stdout),
    deadlineMs: 60_000,
    maxBytes: 4096,
  }
}

/** What `vipAnswers` finds on a host that the VIP serves. */
export const vipServes: VipAnswers = Object.freeze({ nfs: true, stat: 'done' })

const stats: readonly VipAnswers['stat'][] = ['done', 'here', 'denied', 'failed']

function parseAnswers(stdout: string): Fact<VipAnswers> {
  const said = (word: string) => new RegExp(`^${word} (.*)$`, 'm').exec(stdout)?.[1]
  const nfs = said('nfs')
  const text = said('text')
  const stat = stats.find(word => word === said('stat'))
  if (nfs === undefined || (nfs === 'yes' && stat === undefined)) return unknown('the answer is cut short')
  return present({ nfs: nfs === 'yes', stat: stat ?? 'not tried', ...(text && { text }) })
}
