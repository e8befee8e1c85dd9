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
 * Shell words that print `PID NAME` of who works in a directory or has a file open there, by the links of
 * proc(5), which name paths without asking the file system: a mount that hangs keeps nobody waiting. The
 * arguments are words of sh: the path, and a pattern of find(1) for what is below. autofs's own daemon,
 * which holds what it stands over, is left out.
 */
export function usersScript(path: string, below: string): string {
  return [
    `find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd \\( -lname ${path} -o -lname ${below} \\) 2>/dev/null`,
    'cut -d / -f 3',
    'sort -nu',
    'while read -r pid; do name=$(cat "/proc/$pid/comm" 2>/dev/null) && [ "$name" != automount ] && echo "$pid $name"; done',
    `head -n ${most}`,
  ].join(' | ')
}

/** Who works in a directory or has a file open at or below a path. */
export function mountUsers(path: string): Probe<readonly MountUser[]> {
  const literal = path.replaceAll(/[[\]*?\\]/g, '\\$&')
  return {
    id: `mount-users:${path}`,
    script: usersScript(quote(literal), quote(`${literal}/*`)),
    parse: ({ stdout }) =>
      present(
        [...stdout.matchAll(/^(\d+) (.*)$/gm)].map(([, pid, name = '']) => ({ pid: Number(pid), name })),
      ),
    deadlineMs: 60_000,
    maxBytes: 8192,
  }
}
