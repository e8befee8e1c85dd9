import { closest } from 'fastest-levenshtein'
import { inSync } from '../core/diff.ts'
import { NfshaError } from '../core/error.ts'
import type { AnyStep } from '../core/step.ts'

/** The part of a playbook that a command line asks for. */
export interface Selection {
  readonly only: readonly string[]
  readonly from?: string
  readonly node?: string
}

export const wholePlaybook: Selection = { only: [] }

/** The ids of the selected steps, in the playbook's order. Errors: `usage` for a name that there is not. */
export function selectIds(
  ids: readonly string[],
  { only, from, node }: Selection,
  nodeNames: readonly string[],
): readonly string[] {
  for (const id of [...only, ...(from === undefined ? [] : [from])]) assertKnown('step', id, ids)
  if (node !== undefined) assertKnown('node', node, nodeNames)
  const begun = from === undefined ? ids : ids.slice(ids.indexOf(from))
  const chosen = only.length === 0 ? begun : begun.filter(id => only.includes(id))
  if (chosen.length === 0)
    throw new NfshaError('usage', `no step of --only comes at or after ${from}`, 'leave --from out')
  return chosen
}

/**
 * The selected steps, in the playbook's order. With a node, the other one is left alone; a step that
 * needs both is then refused, since half of it is not a state that any of our checks knows.
 */
export function selectSteps(
  steps: readonly AnyStep[],
  selection: Selection,
  nodeNames: readonly string[],
): readonly AnyStep[] {
  const { node } = selection
  const ids = selectIds(
    steps.map(({ id }) => id),
    selection,
    nodeNames,
  )
  const chosen = steps.filter(({ id }) => ids.includes(id))
  return node === undefined ? chosen : chosen.map(step => onOneNode(step, node))
}

function onOneNode(step: AnyStep, node: string): AnyStep {
  if (step.joint)
    throw new NfshaError(
      'refused',
      `step ${step.id} needs both nodes, so it cannot run on ${node} alone`,
      'leave --node out, or choose steps with --only',
    )
  return {
    ...step,
    diff: (given, self, peer) => (given.host.name === node ? step.diff(given, self, peer) : inSync),
  }
}

/** Errors: `usage`, with the nearest name. */
export function assertKnown(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return
  const fix = known.length === 0 ? `there is no ${kind}` : `did you mean ${closest(name, [...known])}?`
  throw new NfshaError('usage', `no ${kind} ${name}`, fix)
}

/** Commander's collector for options that may be given several times. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}
