import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { closest } from 'fastest-levenshtein'
import { NfshaError } from '../core/error.ts'
import type { AnyStep } from '../core/step.ts'
import type { PlaybookHeader } from './header.ts'
import { parsePlaybook } from './parse.ts'
import { importStep, stepIds } from './step-files.ts'

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
  return readdirSync(playbookDirectory)
    .filter(name => name.endsWith('.yml'))
    .map(name => name.slice(0, -'.yml'.length))
    .sort()
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
  const { default: step } = await importStep(id)
  if (step?.id !== id)
    throw new NfshaError(
      'failed',
      `src/steps/${id} exports ${step === undefined ? 'no step' : `step ${step.id}`}`,
      `make a step with id ${id} its default export`,
    )
  return step
}
