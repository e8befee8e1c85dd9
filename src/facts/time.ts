import type { Cluster } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'

/**
 * Names of the servers that the running chronyd uses, sorted: `chronyc -N -c sources`, whose third
 * field is the name as configured (chronyc(1)). Absent without chronyc or while no daemon answers.
 */
export const chronySources: Probe<readonly string[]> = {
  id: 'chrony-sources',
  script: [
    `command -v chronyc >/dev/null || exit ${exitAbsent}`,
    `out=$(chronyc -N -c sources 2>&1) || case $out in *'506 Cannot talk to daemon'*) exit ${exitAbsent} ;; esac`,
    `printf '%s\\n' "$out"`,
  ].join('\n'),
  parse: ({ stdout }) => present(serversOfChrony(stdout)),
  deadlineMs: 60_000,
  maxBytes: 16_384,
}

/** Servers that the running systemd-timesyncd was configured with, sorted. */
export const timesyncdServers: Probe<readonly string[]> = {
  id: 'timesyncd-servers',
  script: 'timedatectl show-timesync --property SystemNTPServers --value 2>&1',
  parse: ({ stdout }) =>
    present(
      stdout
        .split(/\s+/)
        .filter(name => name !== '')
        .sort(),
    ),
  deadlineMs: 60_000,
  maxBytes: 4096,
}

/** Whether some daemon keeps the clock, and whether the kernel counts it as synchronised. For checks only: it comes and goes. */
export interface ClockFact {
  /** Milliseconds since the epoch when it was read. */
  readonly nowMs: number
  /** Unknown to a machine without timedated: then missing. */
  readonly isSynchronised?: boolean
}

/** How far a node's clock is ahead of the other one, and whose is wrong: of two it tells only where one alone is synchronised. */
export interface ClockGap {
  readonly aheadMs: number
  readonly wrong: 'self' | 'peer' | 'either'
}

export function clockGap(self: ClockFact, peer: ClockFact): ClockGap {
  const isTrusted = ({ isSynchronised }: ClockFact) => isSynchronised === true
  const wrong =
    isTrusted(self) === isTrusted(peer) ? 'either' : isTrusted(self) ? ('peer' as const) : ('self' as const)
  return { aheadMs: self.nowMs - peer.nowMs, wrong }
}

/** What sets a clock that is wrong, on `node`, or on whichever it is. */
export function clockFix({ timeSync: { kind } }: Pick<Cluster, 'timeSync'>, node?: string): string {
  const on =
    node === undefined ? 'compare both with a clock that you trust; on the one that is wrong' : `on ${node}`
  if (kind === 'unmanaged') return `${on}: date -s; and let chrony or systemd-timesyncd keep it`
  const at = kind === 'chrony' ? 'chronyc makestep' : 'systemctl restart systemd-timesyncd'
  return `${on}: ${at}; where ${kind} does not run, \`nfsha deploy\` starts it`
}

/** The unit of the daemon that the inventory wants to keep the clock; none where it leaves time alone. */
export function timeUnit({ platform, timeSync }: Cluster): string | undefined {
  if (timeSync.kind === 'unmanaged') return undefined
  return timeSync.kind === 'chrony' ? platform.units.chrony : platform.units.timesyncd
}

/** The host's clock. */
export const clock: Probe<ClockFact> = {
  id: 'clock',
  script: [
    'date +%s%3N',
    'case $(chronyc -c tracking 2>/dev/null) in *Normal) echo yes ;;',
    '*) timedatectl show -p NTPSynchronized --value 2>/dev/null || : ;; esac',
  ].join('\n'),
  parse: ({ stdout }) => parseClock(stdout),
  deadlineMs: 60_000,
  maxBytes: 4096,
}

function serversOfChrony(csv: string): readonly string[] {
  const servers = csv.split('\n').flatMap(line => {
    const [mode = '', , name = ''] = line.split(',')
    return mode === '^' && name !== '' ? [name] : []
  })
  return [...new Set(servers)].sort()
}

function parseClock(stdout: string): Fact<ClockFact> {
  const [now = '', synchronised = ''] = stdout.split('\n')
  if (!/^\d{13}$/.test(now)) return unknown('date printed no time')
  return present({
    nowMs: Number(now),
    ...(synchronised !== '' && { isSynchronised: synchronised === 'yes' }),
  })
}
