import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** A process that keeps a file system from being unmounted. */
export interface MountUser {
  readonly pid: number
  /** The command's name, comm of proc(5). */
  readonly name: string
}

/** The most that are told: who has to end them sees where to look. */
const most = 20

/**
 * Who works in a directory or has a file open at or below a path, by the links of proc(5), which name
 * paths without asking the file system: a mount that hangs keeps nobody waiting.
 */
export function mountUsers(path: string): Probe<readonly MountUser[]> {
  const literal = path.replaceAll(/[[\]*?\\]/g, '\\$&')
  return {
    id: `mount-users:${path}`,
    script: [
      `find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd \\( -lname ${quote(literal)} -o -lname ${quote(`${literal}/*`)} \\) 2>/dev/null |`,
      `  cut -d / -f 3 | sort -nu | head -n ${most} |`,
      '  while read -r pid; do echo "$pid $(cat "/proc/$pid/comm" 2>/dev/null)"; done',
    ].join('\n'),
    parse: ({ stdout }) =>
      present(
        [...stdout.matchAll(/^(\d+) (.*)$/gm)].map(([, pid, name = '']) => ({ pid: Number(pid), name })),
      ),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}
