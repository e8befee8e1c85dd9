import { readdirSync } from 'node:fs'
import type { AnyStep } from '../core/step.ts'

/*
 * The files of src/steps, as they lie in the checkout. The build puts a table in place of this module
 * (scripts/bundle.mjs), so that what is installed opens one file for all steps.
 */

/** What a step's file exports. */
export interface StepModule {
  readonly default?: AnyStep
}

const directory = new URL('../steps/', import.meta.url)

/** The ids of all steps: a file of src/steps is a step, unless its name begins with `_`. */
export function stepIds(): readonly string[] {
  return readdirSync(directory)
    .filter(name => name.endsWith('.ts') && !name.startsWith('_'))
    .map(name => name.slice(0, -'.ts'.length))
    .sort()
}

/** Imports a step by its file's name. */
export async function importStep(id: string): Promise<StepModule> {
  return (await import(new URL(`${id}.ts`, directory).href)) as StepModule
}
