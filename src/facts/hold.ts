import { present } from '../core/fact.ts'
import type { Probe } from '../core/probe.ts'
import { record } from './record.ts'

/** The marker of a held node: who holds it, since when and why. */
export const holdMarker = '/var/lib/nfsha/hold'

/** A held node is one that an administrator took out on purpose: nothing is mended on it. */
export interface HoldFact {
  /** The marker's text in one line: who, when, why. */
  readonly text: string
}

/** Reads the hold marker; absent when the node is not held. */
export const hold: Probe<HoldFact> = record('hold', holdMarker, 1000, text =>
  present({ text: text.trim().replaceAll(/\s+/g, ' ') || 'no reason given' }),
)
