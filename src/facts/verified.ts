import type { Volume } from '../core/cluster.ts'
import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'

/** When both sides of a volume were last compared whole. */
export interface VerifiedFact {
  readonly text: string
}

/**
 * The record that an online verify of a volume leaves. Absent: never, which counts for a pair whose
 * initial sync was skipped: its unwritten blocks may differ.
 */
export function verified(volume: Volume): Probe<VerifiedFact> {
  const record = quote(`/var/lib/nfsha/verified/${volume.name}`)
  return {
    id: `verified:${volume.name}`,
    script: [
      `s=$(stat -c %F ${record} 2>&1) || case $s in`,
      `  *'No such file or directory') exit ${exitAbsent} ;;`,
      `  *) printf '%s\\n' "$s"; exit 1 ;;`,
      'esac',
      `head -c 500 ${record}`,
    ].join('\n'),
    parse: ({ stdout }) => present({ text: stdout.trim() }),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}
