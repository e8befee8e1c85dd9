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
  /** Steps that plan a change, in order, without their brackets. */
  readonly steps: readonly string[]
  /** What the plan promises, in its own words. */
  readonly promises: readonly RegExp[]
  /** On the active node, after: must print `yes`. */
  readonly holds: string
}

interface PlanJson {
  readonly steps: readonly {
    readonly ref: string
    readonly hosts: readonly { readonly diff: { readonly kind: string; readonly promise?: string } }[]
  }[]
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

/** What a plan would change, and what it promises. */
async function planned(file: string): Promise<{ steps: readonly string[]; promises: readonly string[] }> {
  const { stdout } = await nfshaExits(2, 'plan', file, '--detailed-exitcode', '--format', 'json')
  const changing = (JSON.parse(stdout) as PlanJson).steps.filter(({ hosts }) =>
    hosts.some(({ diff }) => diff.kind === 'change'),
  )
  return {
    steps: [...new Set(changing.map(({ ref }) => ref.replace(/\[.*/, '')))],
    promises: changing.flatMap(({ hosts }) => hosts.flatMap(({ diff }) => diff.promise ?? [])),
  }
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
  const { steps, promises } = await planned(file)
  expect(steps).toEqual(edit.steps)
  for (const words of edit.promises) expect(promises.join('\n')).toMatch(words)
  const sofar = await written()
  await nfshaExits(0, 'deploy', file, '--yes')
  expect(await ask(before, edit.holds)).toBe('yes')
  expect(await activeNode(), 'nothing moved').toBe(before)
  expect(await written(), 'the client goes on').toBeGreaterThan(sofar)
}
