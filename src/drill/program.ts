import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { quote } from '../core/quote.ts'

/** The programs that a drill ships: perl-base runs them, which every Debian has. */
export type ProgramName = 'client' | 'node'

/** Beside src and dist alike. */
const directory = fileURLToPath(new URL('../../templates/drill/', import.meta.url))

/** Where a run keeps its programs and logs on a host: a tmpfs, so that no disk is waited for. */
export function runPath(runId: string): string {
  return `/run/nfsha-drill/${runId}`
}

/** POSIX sh that puts a program into a run's directory; its content is on no command line. */
export function shipScript(runId: string, name: ProgramName): string {
  const path = runPath(runId)
  const text = readFileSync(`${directory}${name}.pl`, 'utf8')
  return `umask 077 && mkdir -p ${path} && printf %s ${quote(text)} >${path}/${name}.pl && perl -c ${path}/${name}.pl`
}
