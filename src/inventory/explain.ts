import { checkExplanations } from './explain-checks.ts'
import { destroyExplanations } from './explain-destroy.ts'
import { moveExplanations } from './explain-moves.ts'
import { noticeExplanations } from './explain-notices.ts'
import { refusalExplanations } from './explain-refusals.ts'
import { splitBrainExplanations } from './explain-split-brain.ts'
import { stepExplanations } from './explain-steps.ts'
import { limits } from './limits.ts'
import { lintRules } from './lint-rules.ts'

/** What an id that nfsha prints means: for `nfsha explain`. */
export interface Explanation {
  readonly id: string
  readonly kind: 'lint' | 'refusal' | 'step' | 'check' | 'notice' | 'limit'
  /** One line. For a lint rule: what should hold. */
  readonly title: string
  readonly text: string
  /** How to live with it, where that is possible. */
  readonly accept?: string
}

const lintExplanations: readonly Explanation[] = lintRules.map(({ id, title, reason, explanation }) => ({
  id,
  kind: 'lint',
  title,
  text: `Why: ${reason}. ${explanation}`,
  accept: `accept:\n  - lint: ${id}\n    reason: why it is all right here`,
}))

const acceptUnused: Explanation = {
  id: 'accept-unused',
  kind: 'lint',
  title: 'what is accepted is there',
  text: 'The inventory accepts a lint rule that nothing in it breaks any more. It would hide a finding that comes later: remove it.',
}

const limitExplanations: readonly Explanation[] = limits.map(({ id, title, keys, reason, way }) => ({
  id,
  kind: 'limit',
  title,
  text: `${sentence(reason)} What to do: ${way}. Asked for by: ${keys.join(', ')}.`,
}))

/** A clause of a message, to stand alone. */
function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`
}

/** Everything that can be explained; ids of different kinds may be equal (`packages` is a step and a check). */
export const explanations: readonly Explanation[] = [
  ...lintExplanations,
  acceptUnused,
  ...refusalExplanations,
  ...stepExplanations,
  ...checkExplanations,
  ...moveExplanations,
  ...splitBrainExplanations,
  ...destroyExplanations,
  ...noticeExplanations,
  ...limitExplanations,
]

/** All that an id means; none for an unknown one. */
export function explain(id: string): readonly Explanation[] {
  return explanations.filter(explanation => explanation.id === id)
}
