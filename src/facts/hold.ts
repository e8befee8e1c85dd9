import { present } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'

/** The marker of a held node: who holds it, since when and why. */
export const holdMarker = '/var/lib/nfsha/hold'

/** A held node is one that an administrator took out on purpose: nothing is mended on it. */
export interface HoldFact {
  /** The marker's text in one line: who, when, why. */
  readonly text: string
}

/** Reads the hold marker; absent when the node is not held. */
export const hold: Probe<HoldFact> = Object.freeze<Probe<HoldFact>>({
  id: 'hold',
  script: [
    `s=$(stat -c %F ${holdMarker} 2>&1) || case $s in`,
    `  *'No such file or directory') exit ${exitAbsent} ;;`,
    `  *) printf '%s\\n' "$s"; exit 1 ;;`,
    'esac',
    `head -c 1000 ${holdMarker}`,
  ].join('\n'),
  parse: ({ stdout }) => present({ text: stdout.trim().replaceAll(/\s+/g, ' ') || 'no reason given' }),
  deadlineMs: 60_000,
  maxBytes: 2048,
})
