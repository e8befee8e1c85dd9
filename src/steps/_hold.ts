import type { Node } from '../core/cluster.ts'
import { type Diff, inSync, type Side } from '../core/diff.ts'
import type { Fact } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import type { AnyStep } from '../core/step.ts'
import { type HoldFact, hold } from '../facts/hold.ts'

const readName = hold.id

/**
 * The step, but never mending a held node: there it is in sync with a note, whatever is found. A
 * marker that cannot be read counts as none; the step's own probes will say what is wrong.
 */
export function respectHold(step: AnyStep): AnyStep {
  return Object.freeze<AnyStep>({
    ...step,
    reads: given => ({ ...step.reads(given), [readName]: hold }),
    diff: (given, self, peer) => {
      const held = holdOf(self)
      return held === undefined ? step.diff(given, self, peer) : heldDiff(held)
    },
  })
}

/** The marker's text when the node of this side is held. The step must be wrapped by `respectHold`. */
export function holdOf(side: Side<Reads, Node>): string | undefined {
  const fact = side.facts[readName] as Fact<HoldFact> | undefined
  return fact?.state === 'present' ? fact.value.text : undefined
}

function heldDiff(text: string): Diff {
  return { ...inSync, kind: 'in-sync', note: `held, so left as it is (${text})` }
}
