import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** A character device: a serial port, a watchdog. Absent when there is none at the path. */
export function characterDevice(path: string): Probe<'there'> {
  return {
    id: `device:${path}`,
    script: [
      `[ ! -c ${quote(path)} ] || { echo there; exit 0; }`,
      `found=$(stat -L -c %F -- ${quote(path)} 2>&1) || case $found in`,
      `  *'No such file or directory') exit ${exitAbsent} ;;`,
      `  *) printf '%s\\n' "$found"; exit 1 ;;`,
      'esac',
      'echo "it is a $found"; exit 1',
    ].join('\n'),
    parse: () => present('there'),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}
