import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { closest } from 'fastest-levenshtein'
import { NfshaError } from '../core/error.ts'
import type { AnyStep } from '../core/step.ts'
import type { PlaybookHeader } from './header.ts'
import { parsePlaybook } from './parse.ts'

/** A playbook as its file says it: what it needs, and its steps by id, in order. */
export interface Playbook {
  readonly name: string
  readonly header: PlaybookHeader
  readonly stepIds: readonly string[]
}

/** A playbook with its steps loaded. */
export interface LoadedPlaybook extends Playbook {
  readonly steps: readonly AnyStep[]
}

const playbookDirectory = new URL('../../playbooks/', import.meta.url)
const stepDirectory = new URL('../steps/', import.meta.url)
/** `.ts` under the tests, `.js` when built: steps lie beside this module in the same form. */
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** Reads a playbook of this package by name. Errors: `usage` for an unknown one, `failed` for a faulty one. */
export function readPlaybook(name: string): Playbook {
  const names = playbookNames()
  if (!names.includes(name))
    throw new NfshaError('usage', `no playbook ${name}`, `there are: ${names.join(', ')}`)
  const url = new URL(`${name}.yml`, playbookDirectory)
  return { name, ...parsePlaybook(readFileSync(url, 'utf8'), fileURLToPath(url)) }
}

/** Loads the steps of a playbook. Errors: `failed`, when a step that it lists does not exist. */
export async function loadSteps(playbook: Playbook): Promise<readonly AnyStep[]> {
  return await Promise.all(playbook.stepIds.map(id => loadStep(id, playbook.name)))
}

/** Reads a playbook and loads its steps. */
export async function loadPlaybook(name: string): Promise<LoadedPlaybook> {
  const playbook = readPlaybook(name)
  return { ...playbook, steps: await loadSteps(playbook) }
}

/** The names of this package's playbooks. */
export function playbookNames(): readonly string[] {
  return filesOf(playbookDirectory, '.yml')
}

/** The ids of all steps: a file of src/steps is a step, unless its name begins with `_`. */
export function stepIds(): readonly string[] {
  return filesOf(stepDirectory, extension).filter(id => !id.startsWith('_'))
}

/** Loads a step by its file's name; there is no registry to keep. */
async function loadStep(id: string, playbook: string): Promise<AnyStep> {
  const ids = stepIds()
  if (!ids.includes(id))
    throw new NfshaError(
      'failed',
      `playbook ${playbook} lists step ${id}, which does not exist`,
      ids.length === 0 ? 'add src/steps' : `did you mean ${closest(id, [...ids])}?`,
    )
  const loaded = (await import(new URL(`${id}${extension}`, stepDirectory).href)) as { default?: AnyStep }
  if (loaded.default?.id !== id)
    throw new NfshaError(
      'failed',
      `src/steps/${id} exports ${loaded.default === undefined ? 'no step' : `step ${loaded.default.id}`}`,
      `make a step with id ${id} its default export`,
    )
  return loaded.default
}

function filesOf(directory: URL, ending: string): readonly string[] {
  return readdirSync(directory)
    .filter(name => name.endsWith(ending) && !name.endsWith(`.d${ending}`))
    .map(name => name.slice(0, -ending.length))
    .sort()
}
