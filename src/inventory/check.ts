import type { z } from 'zod'
import { flawsOf } from './flaws.ts'
import { type DataPath, type Finding, leadsTo } from './problem.ts'
import { type Inventory, inventorySchema } from './schema.ts'

export type Checked =
  | { readonly inventory: Inventory; readonly findings: readonly [] }
  | {
      /** What is left without the faulty parts, when that much still makes sense. */
      readonly partial: Inventory | undefined
      readonly findings: readonly Finding[]
      /** Says whether a finding on the partial inventory only follows from what was left out. */
      followsFromLoss(path: DataPath): boolean
    }

/**
 * Checks data against the schema. All flaws come back, not the first; and where the rest still
 * parses without the faulty parts, that rest, so that its references can be checked in the same go.
 */
export function checkSchema(data: unknown): Checked {
  const first = inventorySchema.safeParse(data, { reportInput: true })
  if (first.success) return { inventory: first.data, findings: [] }
  const faulty = first.error.issues.flatMap(issue => faultyParts(issue))
  return {
    partial: faulty.every(canBeSpared) ? without(data, faulty) : undefined,
    findings: flawsOf(first.error.issues),
    followsFromLoss: path => faulty.some(part => leadsTo(path, part)),
  }
}

/** Sections whose entries are referred to by name: without one, its references would look wrong. */
const named = ['nodes', 'links', 'vips', 'volumes', 'exports', 'clients']

function canBeSpared(path: DataPath): boolean {
  return path.length > (named.includes(String(path[0])) ? 2 : 0)
}

function without(data: unknown, faulty: readonly DataPath[]): Inventory | undefined {
  const rest = structuredClone(data)
  // From the back, so that places in lists stay right.
  for (const path of faulty.toReversed()) drop(rest, path)
  return inventorySchema.safeParse(rest).data
}

function faultyParts(issue: z.core.$ZodIssue): DataPath[] {
  const path = issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))
  return issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...path, key]) : [path]
}

/** Removes a part of nested data, where it is. */
function drop(data: unknown, path: DataPath): void {
  const key = path.at(-1) ?? ''
  const holder = path.slice(0, -1).reduce<unknown>((value, part) => child(value, part), data)
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else if (isRecord(holder) && Object.hasOwn(holder, key)) delete holder[key]
}

function child(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return value[Number(part)]
  return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
