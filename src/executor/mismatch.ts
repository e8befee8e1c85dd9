import { digestOf } from '../core/digest.ts'
import type { Fact, Facts } from '../core/fact.ts'

/*
 * Where what was read is not what was said to come. Pure.
 */

/** A probe that did not find what was expected. */
export interface Mismatch {
  readonly host: string
  readonly probe: string
  readonly expected: Fact<unknown> | undefined
  readonly found: Fact<unknown> | undefined
}

/** Where the facts just read are not the predicted ones. */
export function mismatches(expected: Facts, found: Facts): readonly Mismatch[] {
  return Object.entries(found).flatMap(([host, facts]) =>
    Object.entries(facts)
      .map(([probe, fact]) => ({ host, probe, expected: expected[host]?.[probe], found: fact }))
      .filter(({ expected: wanted, found: fact }) => digestOf(wanted) !== digestOf(fact)),
  )
}

/** Whether a fact is otherwise than was said of it; what was left unsaid (a package's own file's text) may be anything. */
export function contradicts(mismatch: Mismatch): boolean {
  const members = membersThatDiffer(mismatch)
  return members === undefined ? digestOf(mismatch.expected) !== digestOf(mismatch.found) : members.length > 0
}

/** What was expected and what was found, in a few words; of records, the members that differ. */
export function expectedAndFound(mismatch: Mismatch): string {
  const members = membersThatDiffer(mismatch) ?? []
  if (members.length === 0)
    return `expected ${factInWords(mismatch.expected)}, found ${factInWords(mismatch.found)}`
  return members
    .map(({ name, wanted, is }) => `${name}: expected ${valueInWords(wanted)}, found ${valueInWords(is)}`)
    .join('; ')
}

/** The members that were stated and are not so; undefined unless both are records. */
function membersThatDiffer({
  expected,
  found,
}: Mismatch): readonly { name: string; wanted: unknown; is: unknown }[] | undefined {
  if (expected?.state !== 'present' || found?.state !== 'present') return undefined
  const [stated, read] = [expected.value, found.value]
  if (!isRecord(stated) || !isRecord(read)) return undefined
  return Object.entries(stated)
    .filter(([name, value]) => value !== undefined && digestOf(value) !== digestOf(read[name]))
    .map(([name, value]) => ({ name, wanted: value, is: read[name] }))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A fact in a few words. */
function factInWords(fact: Fact<unknown> | undefined): string {
  if (fact === undefined) return 'nothing'
  if (fact.state === 'unknown') return `unknown (${fact.reason})`
  if (fact.state === 'absent') return 'absent'
  return valueInWords(fact.value)
}

function valueInWords(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 160 ? `${text.slice(0, 157)}…` : text
}
