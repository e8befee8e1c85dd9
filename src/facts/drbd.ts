import type { Volume } from '../core/cluster.ts'
import { absent, type Fact, present, unknown } from '../core/fact.ts'
import type { Platform } from '../core/platform.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { ownerOf } from './disk-script.ts'
import { describePending } from './drbd-pending.ts'
import {
  backlogFromJson,
  backlogFromProc,
  type DrbdBacklog,
  type DrbdProgress,
  type DrbdState,
  isConfigured,
  progressFromJson,
  progressFromProc,
  stateFromJson,
  stateFromProc,
} from './drbd-state.ts'
import { linesOf, look } from './looks.ts'
import { kernelModule } from './module.ts'

export type { DrbdBacklog, DrbdProgress, DrbdState } from './drbd-state.ts'

type Dialect = Platform['drbdDialect']

/** The kernel module, with its version: loaded, or what modprobe would load. */
export const drbdModule = kernelModule('drbd')

/** Shell words that print a volume's state as the kernel has it; exit 3 when its device is not configured. */
function stateScript(volume: Volume, dialect: Dialect): string {
  if (dialect === '9')
    return `[ -e /proc/drbd ] || exit ${exitAbsent}
code=0
drbdsetup status --json ${quote(volume.name)} 2>/dev/null || code=$?
[ $code -ne 10 ] || exit ${exitAbsent}
[ $code -eq 0 ] || { echo "drbdsetup status failed ($code)"; exit 1; }`
  return `[ -e /proc/drbd ] || exit ${exitAbsent}
owner=none
while read -r first second _; do
  case "$first $second" in ${volume.minor}:' cs:'*) owner= ;; esac
done </proc/drbd
[ -z "$owner" ] || exit ${exitAbsent}
${ownerOf(`'${volume.minor}'`)}
case $owner in
  ''|${quote(volume.name)}) ${linesOf('/proc/drbd')} ;;
  *) echo "DRBD minor ${volume.minor} belongs to the resource $owner"; exit 1 ;;
esac`
}

/**
 * What DRBD's kernel side says of a volume. Absent: the module is not loaded or the resource is
 * down. Unknown also when the minor belongs to another resource.
 */
export function drbdStatus(volume: Volume, dialect: Dialect): Probe<DrbdState> {
  return {
    id: `drbd-status:${volume.name}:${volume.minor}`,
    script: stateScript(volume, dialect),
    parse: ({ stdout }) => parseStatus(stdout, volume.minor, dialect),
    deadlineMs: 60_000,
    maxBytes: 65_536,
  }
}

function parseStatus(stdout: string, minor: number, dialect: Dialect): Fact<DrbdState> {
  if (dialect === '8.4' && !isConfigured(stdout, minor)) return absent()
  const state = dialect === '9' ? stateFromJson(stdout) : stateFromProc(stdout, minor)
  if (state === undefined) return unknown("DRBD's status is not understood")
  // What 8.4 calls Unconfigured: a bring-up that was cut leaves it behind.
  const isHalfUp = state.connection === 'StandAlone' && state.disk === 'Diskless'
  return isHalfUp && state.role === 'Secondary' ? absent() : present(state)
}

/** How far a resync is; absent when none runs. For waits: it moves all the time. */
export function drbdSync(volume: Volume, dialect: Dialect): Probe<DrbdProgress> {
  return countersOf('drbd-sync', volume, dialect, progressFromJson, progressFromProc)
}

/** What is yet to be sent to the peer; absent while the resource is down. For status. */
export function drbdBacklog(volume: Volume, dialect: Dialect): Probe<DrbdBacklog> {
  return countersOf('drbd-backlog', volume, dialect, backlogFromJson, backlogFromProc)
}

function countersOf<T>(
  id: string,
  volume: Volume,
  dialect: Dialect,
  fromJson: (json: string) => T | undefined,
  fromProc: (procDrbd: string, minor: number) => T | undefined,
): Probe<T> {
  return {
    id: `${id}:${volume.name}:${volume.minor}`,
    ...(dialect === '9'
      ? { script: stateScript(volume, dialect) }
      : look(`[ -e /proc/drbd ] || return ${exitAbsent}\n${linesOf('/proc/drbd')}`)),
    parse: ({ stdout }) => {
      const found = dialect === '9' ? fromJson(stdout) : fromProc(stdout, volume.minor)
      return found === undefined ? absent() : present(found)
    },
    deadlineMs: 60_000,
    maxBytes: 65_536,
  }
}

/** What `drbdadm adjust` would do, in few words a command, no secrets; empty: run time and file agree. */
export interface DrbdAdjust {
  readonly pending: readonly string[]
}

/** Hides the values of shared secrets in the two tools' output, before it leaves the node. */
const hideSecrets = `sed -E 's/(shared-secret=)([^\\\\ ]|\\\\.)*/\\1(hidden)/g; s/(shared-secret[[:space:]]+")([^"\\\\]|\\\\.)*/\\1(hidden)/'`

/**
 * Asks `drbdadm -d adjust` (a dry run) how the running resource differs from its file. Absent while
 * the resource is down: then there is nothing to adjust.
 */
export function drbdAdjust({ name, minor }: Volume): Probe<DrbdAdjust> {
  return {
    id: `drbd-adjust:${name}:${minor}`,
    script: `grep -qE '^ *${minor}: cs:([^U]|Unconn)' /proc/drbd 2>/dev/null || exit ${exitAbsent}
pending=$(drbdadm -d adjust ${quote(name)} 2>&1) || { printf '%s\\n' "$pending" | tail -n 1; exit 1; }
[ -n "$pending" ] || exit 0
{ printf '%s\\n--\\n' "$pending"; drbdsetup show ${quote(name)} --show-defaults; } | ${hideSecrets}`,
    parse: ({ stdout }) => {
      const [commands = '', running = ''] = stdout.split('\n--\n')
      return present({ pending: describePending(commands, running) })
    },
    deadlineMs: 60_000,
    maxBytes: 16_384,
  }
}
