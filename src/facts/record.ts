import type { Fact } from '../core/fact.ts'
import { exitAbsent, type Probe, type ProbeOutput } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { pathsTogether } from './paths.ts'

/**
 * Shell words that end the script where nothing is at a path: as proven absent where the kernel said ENOENT
 * (stat(1)'s message under LC_ALL=C), else with what it said. What is there costs no process.
 */
export function endUnlessThere(path: string): string {
  return `[ -e ${quote(path)} ] || s=$(stat -c %F -- ${quote(path)} 2>&1) || case $s in
  *'No such file or directory') exit ${exitAbsent} ;;
  *) printf '%s\\n' "$s"; exit 1 ;;
esac`
}

/** A small file that a node keeps for us, its first `most` bytes; absent where there is none. */
export function record<T>(
  id: string,
  path: string,
  most: number,
  parse: (text: string) => Fact<T>,
): Probe<T> {
  return Object.freeze<Probe<T>>({
    id,
    script: `${endUnlessThere(path)}\nhead -c ${most} ${quote(path)}`,
    parse: ({ stdout }) => parse(stdout),
    deadlineMs: 60_000,
    maxBytes: Math.max(1024, most),
    joint: { how: pathsTogether, about: path, part: answer => beginningOf(answer, most) },
  })
}

/** The text after the line of what stat says. */
function beginningOf({ stdout, exitCode }: ProbeOutput, most: number): ProbeOutput {
  if (exitCode !== 0) return { stdout, exitCode }
  const head = stdout.indexOf('\n') + 1
  if (!stdout.startsWith('regular')) return { stdout: `it is a ${stdout.split('|')[0]}`, exitCode: 1 }
  return { stdout: stdout.slice(head, head + most), exitCode }
}
