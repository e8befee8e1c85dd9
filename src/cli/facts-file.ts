import { readFile, writeFile } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'

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
