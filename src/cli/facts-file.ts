import { readFile, writeFile } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
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

/**
 * Errors: `usage`, when nodes of the file were not asked all that a plan asks: it was gathered with another
 * inventory, or another nfsha. A node of which it has nothing did not answer then; the plan refuses that itself.
 */
export function assertAsked(facts: Facts, asked: ProbesByHost, path: string): void {
  const lacking = Object.entries(asked).flatMap(([host, probes]) => {
    const known = facts[host] ?? {}
    const missing = Object.keys(known).length === 0 ? [] : probes.filter(({ id }) => known[id] === undefined)
    return missing.map(({ id }) => `${id} of ${host}`)
  })
  const [first] = lacking
  if (first === undefined) return
  const more = lacking.length === 1 ? '' : ` and ${lacking.length - 1} more`
  throw new NfshaError(
    'usage',
    `${path} lacks facts that this plan needs: ${first}${more}; it was gathered with another inventory, or by another nfsha`,
    'gather them again: nfsha facts INVENTORY --out FILE',
  )
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
