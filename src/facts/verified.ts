import type { Volume } from '../core/cluster.ts'
import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { record } from './record.ts'

/** When both sides of a volume were last compared whole, and what came of it. */
export interface VerifiedFact {
  /** ISO 8601, when the comparison was asked for, by the controller's clock. */
  readonly at: string
  /** KiB that differed when it ended; 0: both sides were the same. */
  readonly outOfSyncKib: number
}

/** Where the record of a volume stands. */
export function verifiedRecord({ name }: Volume): string {
  return `/var/lib/nfsha/verified/${name}`
}

/**
 * The record that an online verify of a volume leaves: a line `at=TIME out-of-sync=KIB`. Absent: never,
 * which counts for a pair whose initial sync was skipped: its unwritten blocks may differ.
 */
export function verified(volume: Volume): Probe<VerifiedFact> {
  return record(`verified:${volume.name}`, verifiedRecord(volume), 500, parseRecord)
}

/** Where it stands which comparison was begun last; gone after a boot, and then so is the comparison. */
export function verifyMark({ name }: Volume): string {
  return `/run/nfsha/verify-${name}`
}

/** The comparison that was begun last on this node, by the time when it was asked for; absent when none was since boot. */
export function verifyBegun(volume: Volume): Probe<string> {
  const mark = quote(verifyMark(volume))
  return {
    id: `verify-begun:${volume.name}`,
    script: `[ -e ${mark} ] || exit ${exitAbsent}\nhead -c 100 ${mark}`,
    parse: ({ stdout }) => present(stdout.trim()),
    deadlineMs: 60_000,
    maxBytes: 1024,
  }
}

function parseRecord(stdout: string): Fact<VerifiedFact> {
  const [, at, kib] = /^at=(\S+) out-of-sync=(\d+)$/m.exec(stdout) ?? []
  if (at === undefined || kib === undefined) return unknown('the record of the last verify is not understood')
  return present({ at, outOfSyncKib: Number(kib) })
}
