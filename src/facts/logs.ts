import { type Fact, present, unknown } from '../core/fact.ts'
import type { LogLine } from '../core/log-line.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** Lines without their host, by the host's own clock. */
export type OwnLine = Omit<LogLine, 'host'>

export interface LogPart {
  readonly lines: readonly OwnLine[]
  /** Where the next reading goes on: journald's cursor, or bytes of the file. */
  readonly position?: string
  /** Older lines were left out, since there are too many. */
  readonly cut: boolean
}

/** From when on: seconds before now, or the position of an earlier reading. */
export type LogStart = { readonly sinceSeconds: number } | { readonly position: string }

const mostLines = 20_000
const mostBytes = 16 * 1024 * 1024

/**
 * The system journal, the kernel's messages among it, by journalctl(1) `-o json`. Entries of this boot
 * are dated by their monotonic stamp, which no setting of the clock moves; older ones by the clock of then.
 */
export function journalLines(start: LogStart): Probe<LogPart> {
  const from =
    'position' in start
      ? `--after-cursor=${quote(start.position)}`
      : `--since="@$(($(date +%s) - ${start.sinceSeconds}))"`
  const fields = 'MESSAGE,SYSLOG_IDENTIFIER,PRIORITY,_TRANSPORT,_COMM'
  return {
    id: `log-journal:${JSON.stringify(start)}`,
    script: [
      `command -v journalctl >/dev/null || exit ${exitAbsent}`,
      'read -r up _ </proc/uptime',
      'read -r boot </proc/sys/kernel/random/boot_id',
      'echo "now $(date +%s%3N) $up $boot"',
      `journalctl --no-pager -q -o json --output-fields=${fields} -n ${mostLines} ${from}`,
    ].join('\n'),
    parse: ({ stdout }) => parseJournal(stdout),
    deadlineMs: 60_000,
    maxBytes: mostBytes,
  }
}

/** heartbeat's own log. Absent where there is none. */
export function heartbeatLines(start: LogStart): Probe<LogPart> {
  const from = 'position' in start ? `tail -c +$((${Number(start.position)} + 1))` : `tail -n ${mostLines}`
  const sinceSeconds = 'position' in start ? undefined : start.sinceSeconds
  return {
    id: `log-heartbeat:${JSON.stringify(start)}`,
    script: [
      `[ -e /var/log/ha-log ] || exit ${exitAbsent}`,
      'size=$(wc -c </var/log/ha-log)',
      // A shorter file than last time is another one: logrotate was there.
      ...('position' in start ? [`[ "$size" -ge ${Number(start.position)} ] || size=0`] : []),
      'echo "now $(date "+%s%3N %z %Y") $size"',
      `head -c "$size" /var/log/ha-log | ${from}`,
    ].join('\n'),
    parse: ({ stdout }) => parseHeartbeat(stdout, sinceSeconds),
    deadlineMs: 60_000,
    maxBytes: mostBytes,
  }
}

interface JournalEntry {
  readonly __CURSOR?: string
  readonly __REALTIME_TIMESTAMP?: string
  readonly __MONOTONIC_TIMESTAMP?: string
  readonly _BOOT_ID?: string
  readonly _TRANSPORT?: string
  readonly _COMM?: string
  readonly SYSLOG_IDENTIFIER?: string
  readonly PRIORITY?: string
  /** A string; bytes where it is no UTF-8; null where it is huge. */
  readonly MESSAGE?: string | readonly number[] | null
}

function parseJournal(stdout: string): Fact<LogPart> {
  const [, nowMs, up, boot = ''] = /^now (\d+) ([\d.]+) (\S+)$/m.exec(stdout) ?? []
  if (nowMs === undefined) return unknown('the answer is cut short')
  const bootId = boot.replaceAll('-', '')
  const bootedMs = Number(nowMs) - Number(up) * 1000
  const entries = stdout.split('\n').slice(1).flatMap(entryOf)
  const lines = entries.map(entry => {
    const isThisBoot = entry._BOOT_ID === bootId
    const atMs = isThisBoot
      ? bootedMs + Number(entry.__MONOTONIC_TIMESTAMP) / 1000
      : Number(entry.__REALTIME_TIMESTAMP) / 1000
    return { ...lineOf(entry), atMs: Math.round(atMs) }
  })
  const position = entries.at(-1)?.__CURSOR
  return present({ lines, ...(position && { position }), cut: entries.length >= mostLines })
}

function entryOf(line: string): readonly JournalEntry[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as JournalEntry]
  } catch {
    return []
  }
}

function lineOf(entry: JournalEntry): Omit<OwnLine, 'atMs'> {
  const { MESSAGE, _TRANSPORT, SYSLOG_IDENTIFIER, _COMM, PRIORITY } = entry
  const isKernel = _TRANSPORT === 'kernel'
  return {
    source: isKernel ? 'kernel' : 'journal',
    program: isKernel ? 'kernel' : (SYSLOG_IDENTIFIER ?? _COMM ?? '?'),
    priority: Number(PRIORITY ?? 6),
    text: typeof MESSAGE === 'string' ? MESSAGE : Buffer.from(MESSAGE ?? []).toString('utf8'),
  }
}

const priorities: Readonly<Record<string, number>> = {
  emerg: 0,
  crit: 2,
  error: 3,
  err: 3,
  warn: 4,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
}

/**
 * Two kinds of line: the daemon's `Nov 20 15:30:00 m1 heartbeat: [670]: info: TEXT` (cl_log.c), and its
 * scripts' `harc(default)[701]:\t2026/11/20_15:30:00 info: TEXT` (ocf-shellfuncs, ha_log).
 */
function parseHeartbeat(stdout: string, sinceSeconds: number | undefined): Fact<LogPart> {
  const [head = '', ...rows] = stdout.split('\n')
  const [, now, zone = '+0000', year = '1970', size] =
    /^now (\d+) ([+-]\d{4}) (\d{4}) (\d+)$/.exec(head) ?? []
  if (now === undefined || size === undefined) return unknown('the answer is cut short')
  const nowMs = Number(now)
  const earliestMs = sinceSeconds === undefined ? 0 : nowMs - sinceSeconds * 1000
  const lines = rows.flatMap(row => heartbeatLine(row, zone, Number(year), nowMs))
  return present({
    lines: lines.filter(({ atMs }) => atMs >= earliestMs),
    position: size,
    cut: rows.length > mostLines && (lines[0]?.atMs ?? 0) > earliestMs,
  })
}

function heartbeatLine(row: string, zone: string, year: number, nowMs: number): readonly OwnLine[] {
  const daemon = /^(\w{3} +\d+ [\d:]{8}) \S+ ([^:[]+): \[\d+\]: (\w+): (.*)$/.exec(row)
  const script = /^([^\s[(]+)(?:\([^)]*\))?\[\d+\]:\s+(\d{4})\/(\d\d)\/(\d\d)_([\d:]{8}) (\w+): (.*)$/.exec(
    row,
  )
  if (daemon !== null) {
    const [, stamp = '', program = '', level = '', text = ''] = daemon
    // No year is said: it is this one, unless that were in the future.
    const thisYear = Date.parse(`${stamp} ${year} ${zone}`)
    const atMs = thisYear > nowMs + 86_400_000 ? Date.parse(`${stamp} ${year - 1} ${zone}`) : thisYear
    return [{ atMs, source: 'ha-log', program, priority: priorities[level.toLowerCase()] ?? 6, text }]
  }
  if (script === null) return []
  const [, program = '', y, month, day, time, level = '', text = ''] = script
  const atMs = Date.parse(`${y}-${month}-${day}T${time}${zone.slice(0, 3)}:${zone.slice(3)}`)
  return [{ atMs, source: 'ha-log', program, priority: priorities[level.toLowerCase()] ?? 6, text }]
}
