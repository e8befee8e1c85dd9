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
  const rest = structuredClone(data)
  const lost: DataPath[] = []
  let result: z.ZodSafeParseResult<Inventory> = first
  // Each round drops at least one part, or there is nothing left to drop.
  while (!result.success) {
    const dropped = result.error.issues.flatMap(issue => faultyParts(issue)).filter(path => drop(rest, path))
    if (dropped.length === 0) break
    lost.push(...dropped)
    result = inventorySchema.safeParse(rest)
  }
  return {
    partial: result.data,
    findings: flawsOf(first.error.issues),
    followsFromLoss: path => lost.some(part => leadsTo(path, part)),
  }
}

function faultyParts(issue: z.core.$ZodIssue): DataPath[] {
  const path = issue.path.map(part => (typeof part === 'symbol' ? String(part) : part))
  return issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...path, key]) : [path]
}

/** Removes a part of nested data; false when it is not there. */
function drop(data: unknown, path: DataPath): boolean {
  const key = path.at(-1)
  if (key === undefined) return false
  const holder = path.slice(0, -1).reduce<unknown>((value, part) => child(value, part), data)
  if (Array.isArray(holder) && typeof key === 'number' && key in holder)
    return holder.splice(key, 1).length > 0
  return isRecord(holder) && Object.hasOwn(holder, key) && delete holder[key]
}

function child(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return value[Number(part)]
  return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
