import { expects } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import { present } from '../core/fact.ts'
import { type UnitFact, unit, unitFromPackage } from '../facts/unit.ts'
import { daemonReload } from './_command.ts'
import type { Effect } from './_file.ts'

/** A unit's drop-in that a step owns. */
export interface DropIn {
  readonly unit: string
  readonly path: string
}

/**
 * Makes systemd load drop-ins: when one is about to change (`changedPaths`), or when the running
 * systemd has not read what is there. Undefined: it has.
 */
export function loadDropIns(
  dropIns: readonly (DropIn & { readonly fact: Fact<UnitFact> })[],
  changedPaths: readonly string[],
): Effect | undefined {
  const stale = dropIns.some(({ path, fact }) => changedPaths.includes(path) || !isLoaded(path, fact))
  if (!stale) return undefined
  return {
    summary: "load systemd's units again",
    actions: [daemonReload()],
    expect: {
      self: dropIns.map(({ unit: name, path, fact }) => expects(unit(name), withDropIn(fact, path))),
    },
  }
}

function isLoaded(path: string, fact: Fact<UnitFact>): boolean {
  return fact.state === 'present' && fact.value.dropIns.includes(path) && !fact.value.needsReload
}

function withDropIn(fact: Fact<UnitFact>, path: string): Fact<UnitFact> {
  const known = fact.state === 'present' ? fact : unitFromPackage(false)
  if (known.state !== 'present') return known
  const dropIns = [...new Set([...known.value.dropIns, path])].toSorted()
  return present({ ...known.value, needsReload: false, dropIns })
}
