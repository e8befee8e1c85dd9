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
