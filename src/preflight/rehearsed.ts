import { type Fact, factValue } from '../core/fact.ts'
import type { Flaw, RehearsalFact } from '../facts/rehearsal.ts'
import { type CheckResult, type Finding, fail, notKnown, ok, warn } from './check.ts'

/** What a node answered: with the files of the inventory, and with those that are on it. */
export interface Rehearsals {
  readonly wanted: Fact<RehearsalFact>
  readonly here: Fact<RehearsalFact>
}

/** How the rehearsal of a takeover went on a node, as checks; what both found is told once. */
export function rehearsedChecks(node: string, { wanted, here }: Rehearsals): readonly CheckResult[] {
  const found = [...findingsOf(wanted, 'the inventory'), ...findingsOf(here, 'the node')]
  const once = found.filter(
    (one, index) =>
      found.findIndex(
        ({ check, finding }) => check === one.check && finding.message === one.finding.message,
      ) === index,
  )
  const all = once.length > 0 ? once : [{ check: 'takeover', finding: passedOr(wanted) }]
  return all.map(({ check, finding }) => ({ node, check, ...finding }))
}

interface Named {
  readonly check: string
  readonly finding: Finding
}

function findingsOf(fact: Fact<RehearsalFact>, source: string): readonly Named[] {
  if (fact.state === 'unknown')
    return [{ check: 'takeover', finding: notKnown(`a takeover with the files of ${source}`, fact) }]
  const { refused, told } = factValue(fact) ?? { refused: [], told: [] }
  const named = (how: typeof fail) => (flaw: Flaw) => ({
    check: flaw.check,
    finding: how(flaw.text, flaw.next),
  })
  return [...refused.map(named(fail)), ...told.map(named(warn))]
}

function passedOr(wanted: Fact<RehearsalFact>): Finding {
  return wanted.state === 'absent'
    ? warn(
        'not all packages are installed yet, so nothing was tried',
        'nfsha deploy rehearses it once they are',
      )
    : ok('a takeover would find all that it needs')
}
