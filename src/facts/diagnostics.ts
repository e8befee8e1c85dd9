import type { Cluster } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quoteArgv } from '../core/quote.ts'

/*
 * What somebody who looks into a fault wants to see as it is, beside the facts. Text for people: no
 * diff reads it. Files with secrets are not among it; what the tools print of DRBD's is hidden there.
 */

const hideSharedSecret = `sed -E 's/(shared-secret[[:space:]]+)[^;]*/\\1(hidden)/g'`

/** A command line after another, each under its own heading, whatever the one before said. */
function headed(...commands: readonly string[]): string {
  return commands
    .map(command => `printf '\\n$ %s\\n' '${command.replaceAll("'", "'\\''")}'; ${command} 2>&1`)
    .join('\n')
}

/** The questions by file name: `drbd.txt`, `network.txt`… */
export function diagnostics(cluster: Cluster): Readonly<Record<string, Probe<string>>> {
  const { platform } = cluster
  const units = Object.values(platform.units)
  const packages = [...new Set(Object.values(platform.packages).flat())]
  const scripts: Readonly<Record<string, string>> = {
    system: headed(
      'uname -a',
      'cat /etc/os-release',
      'date -u',
      'uptime',
      'free',
      'df -hl',
      'cat /proc/mounts',
    ),
    packages: headed(`dpkg-query -W ${quoteArgv(packages)}`, 'dpkg --audit'),
    drbd: headed(
      'cat /proc/drbd',
      ...cluster.volumes.map(({ name }) => `drbdadm get-gi ${quoteArgv([name])}`),
      `drbdsetup show | ${hideSharedSecret}`,
      `drbdadm dump | ${hideSharedSecret}`,
    ),
    disks: headed('lsblk -o NAME,SIZE,TYPE,FSTYPE,MOUNTPOINTS,MODEL', 'cat /proc/partitions'),
    network: headed('ip -s addr', 'ip -4 route', 'ip neigh', 'ss -tan'),
    nfs: headed(
      'grep . /proc/fs/nfsd/threads /proc/fs/nfsd/versions /proc/fs/nfsd/nfsv4leasetime /proc/fs/nfsd/v4_end_grace',
      'cat /proc/fs/nfsd/clients/*/info',
      'exportfs -s',
      'cat /proc/net/rpc/nfsd',
    ),
    heartbeat: headed(
      'cl_status hbstatus -v',
      'cl_status rscstatus',
      'cat /etc/ha.d/ha.cf /etc/ha.d/haresources',
      'tail -n 500 /var/log/ha-debug',
    ),
    units: headed(
      `systemctl --no-pager --full status ${quoteArgv(units)}`,
      'systemctl --no-pager --failed',
      'systemctl --no-pager list-jobs',
    ),
    nfsha: headed(
      'ls -lR --time-style=full-iso /var/lib/nfsha /run/nfsha',
      'grep -r . /var/lib/nfsha/guard /var/lib/nfsha/verified /var/lib/nfsha/hold',
      'cat /var/lib/nfsha/runs.jsonl',
    ),
  }
  return Object.fromEntries(
    Object.entries(scripts).map(([name, script]) => [
      `${name}.txt`,
      {
        id: `diagnostic:${name}`,
        // What fails is told in the text.
        script: `${script}\nexit 0`,
        parse: ({ stdout }) => present(stdout.trimStart()),
        deadlineMs: 30_000,
        maxBytes: 2 * 1024 * 1024,
      } satisfies Probe<string>,
    ]),
  )
}
