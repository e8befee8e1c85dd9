import type { LogLine, LogSource } from '../core/log-line.ts'

/** A host's lines as it dated them, and how its clock stands beside ours. */
export interface HostLog {
  readonly host: string
  readonly offsetMs: number
  readonly lines: readonly Omit<LogLine, 'host'>[]
}

export interface LogFilter {
  readonly sources?: readonly LogSource[]
  /** Matches the text or the program. */
  readonly pattern?: RegExp
}

/**
 * The lines of all hosts in the order in which they happened, by our clock. heartbeat tells its log
 * file and the journal the same: such a line is one, dated by the journal, which knows the millisecond.
 */
export function mergeLogs(
  hosts: readonly HostLog[],
  { sources, pattern }: LogFilter = {},
): readonly LogLine[] {
  return hosts
    .flatMap(({ host, offsetMs, lines }) =>
      onceEach(lines).map(line => ({ ...line, host, atMs: Math.round(line.atMs - offsetMs) })),
    )
    .filter(({ source }) => sources === undefined || sources.includes(source))
    .filter(({ text, program }) => pattern === undefined || pattern.test(`${program}: ${text}`))
    .toSorted((one, other) => one.atMs - other.atMs)
}

/** heartbeat writes whole seconds; syslog gets the same line right after. */
const sameLineMs = 3000

function onceEach(lines: HostLog['lines']): HostLog['lines'] {
  const told = new Map<string, number[]>()
  for (const { source, text, atMs } of lines)
    if (source === 'ha-log') told.set(text, [...(told.get(text) ?? []), atMs])
  const journal = lines.flatMap(line => {
    if (line.source === 'ha-log') return []
    const text = messageOf(line.text)
    const same = told.get(text) ?? []
    const index = same.findIndex(at => Math.abs(at - line.atMs) <= sameLineMs)
    if (line.source === 'kernel' || index < 0) return [line]
    same.splice(index, 1)
    return [{ ...line, source: 'ha-log' as const, text }]
  })
  const rest = lines.filter(({ source, text, atMs }) => {
    if (source !== 'ha-log') return false
    const left = told.get(text) ?? []
    const index = left.indexOf(atMs)
    if (index < 0) return false
    left.splice(index, 1)
    return true
  })
  return [...journal, ...rest]
}

/** heartbeat's line without the pid and level that syslog gets: `[670]: info: Status update…`. */
function messageOf(text: string): string {
  return text.replace(/^\[\d+\]: \w+: |^(?:info|WARN|ERROR|CRIT|debug|notice): /, '')
}
