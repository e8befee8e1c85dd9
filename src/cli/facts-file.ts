import { readFile, writeFile } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'
import { type Facts, unknown } from '../core/fact.ts'
import type { ProbesByHost } from '../executor/gather.ts'

const format = 'nfsha-facts/1'

/** What `facts --out` writes and `plan --facts` reads: facts only, and no secret among them. */
export interface FactsFile {
  readonly format: typeof format
  readonly cluster: string
  readonly gatheredAt: string
  readonly facts: Facts
}

export function factsFile(cluster: string, gatheredAt: Date, facts: Facts): FactsFile {
  return { format, cluster, gatheredAt: gatheredAt.toISOString(), facts }
}

export async function writeFactsFile(path: string, file: FactsFile): Promise<void> {
  await writeFile(path, `${JSON.stringify(file, undefined, 2)}\n`)
}

/** Reads the facts of a cluster. Errors: `usage` when the file is not there, not facts, or another cluster's. */
export async function readFactsFile(path: string, cluster: string): Promise<Facts> {
  const found = parseFacts(await readText(path), path)
  if (found.cluster !== cluster)
    throw new NfshaError(
      'usage',
      `${path} has facts of cluster ${found.cluster}, not of ${cluster}`,
      'give the facts that were gathered with this inventory',
    )
  return found.facts
}

/** Facts of a file, complete for a plan: what its nodes were never asked is unknown, for that reason. */
export interface CompleteFacts {
  readonly facts: Facts
  /** What was lacking: `ID of HOST`. */
  readonly lacking: readonly string[]
}

/**
 * The facts, with those that a plan asks and the file lacks as unknown, with the reason: it was gathered with
 * another inventory, or by another nfsha. Steps that cannot do without one refuse with it. A node of which the
 * file has nothing did not answer then; the plan refuses that itself.
 */
export function completeFacts(facts: Facts, asked: ProbesByHost, path: string): CompleteFacts {
  const lacking: string[] = []
  const complete = Object.entries(asked).map(([host, probes]) => {
    const known = facts[host] ?? {}
    const unasked = Object.keys(known).length === 0 ? [] : probes.filter(({ id }) => known[id] === undefined)
    lacking.push(...unasked.map(({ id }) => `${id} of ${host}`))
    const why = unknown(`${path} lacks it; gather the facts again: nfsha facts INVENTORY --out FILE`)
    return [host, { ...known, ...Object.fromEntries(unasked.map(({ id }) => [id, why])) }]
  })
  return { facts: { ...facts, ...Object.fromEntries(complete) }, lacking }
}

/** What a person is told of facts that a file lacks; the plan goes on without them. */
export function lackingText(lacking: readonly string[], path: string): string {
  const [first = ''] = lacking
  const more = lacking.length > 1 ? ` and ${lacking.length - 1} more` : ''
  return `${path} lacks facts that this plan needs: ${first}${more}; it was gathered with another inventory, or by another nfsha
  fix: gather them again: nfsha facts INVENTORY --out FILE`
}

function parseFacts(text: string, path: string): FactsFile {
  try {
    const found = JSON.parse(text) as Partial<FactsFile> | null
    if (found?.format === format && typeof found.facts === 'object') return found as FactsFile
  } catch {
    // Said below, in the same words.
  }
  throw new NfshaError(
    'usage',
    `${path} is not a file of facts`,
    'make one with `nfsha facts INVENTORY --out FILE`',
  )
}

/** A file that the command line names. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new NfshaError(
      'usage',
      `cannot read ${path}: ${(error as Error).message}`,
      'give the path of a readable file',
      {
        cause: error,
      },
    )
  }
}
