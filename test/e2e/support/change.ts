import { expect } from 'vitest'
import type { Document } from 'yaml'
import { ask, nodes, on } from './hosts.ts'
import { nfsha, nfshaExits } from './nfsha.ts'
import { activeNode } from './pair.ts'
import { inventory, variant } from './variant.ts'
import { written } from './writer.ts'

/** One edit of the inventory of a pair that serves, on top of those before it. */
export interface Edit {
  readonly title: string
  readonly edit: (doc: Document) => void
  /** Run as root on both nodes before. */
  readonly prepare?: string
  /** First refused: what a client does meanwhile, what the refusal says, and how the client ends it. */
  readonly refused?: { readonly use: string; readonly says: readonly RegExp[]; readonly end: string }
  /** Further options of the deploy that is to succeed: what the refusal asked for. */
  readonly options?: readonly string[]
  /** Steps that plan a change, in order, without their brackets. */
  readonly steps: readonly string[]
  /** What the plan promises, in its own words. */
  readonly promises: readonly RegExp[]
  /** On the active node, after: must print `yes`. */
  readonly holds: string
}

const edits: ((doc: Document) => void)[] = []

/** The inventory with this edit and all before it. */
export function edited({ title, edit }: Pick<Edit, 'title' | 'edit'>): string {
  if (!edits.includes(edit)) edits.push(edit)
  return variant(
    `change-${title.replaceAll(/\W+/g, '-')}`,
    doc => {
      for (const each of edits) each(doc)
    },
    inventory,
  )
}

/** The steps that a plan in text changes something by, without their brackets, each once. */
function changedIn(plan: string): readonly string[] {
  const blocks = plan.split('\n\n').filter(block => /^ {2}[+~!-] /m.test(block))
  return [...new Set(blocks.map(block => block.split(/[\s[]/, 1).join('')))]
}

/**
 * Applies an edit while the client writes: refused while it must be, planned as said, then in place on the
 * same active node, with the writer going on. What it leaves undone the next edit's plan has beside its own.
 */
export async function expectApplied(edit: Edit): Promise<void> {
  const before = await activeNode()
  for (const node of nodes) if (edit.prepare !== undefined) await ask(node, edit.prepare)
  const file = edited(edit)
  if (edit.refused !== undefined) {
    await ask('c1', edit.refused.use)
    const refused = await nfsha('deploy', file, '--yes')
    await on('c1', edit.refused.end)
    for (const words of edit.refused.says) expect(refused.stderr).toMatch(words)
    expect(refused.code).toBe(5)
  }
  const sofar = await written()
  const { stdout } = await nfshaExits(0, 'deploy', file, '--yes', ...(edit.options ?? []))
  expect(changedIn(stdout)).toEqual(edit.steps)
  for (const words of edit.promises) expect(stdout).toMatch(words)
  expect(await ask(before, edit.holds)).toBe('yes')
  expect(await activeNode(), 'nothing moved').toBe(before)
  expect(await written(), 'the client goes on').toBeGreaterThan(sofar)
}
