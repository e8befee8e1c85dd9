import { closest, distance } from 'fastest-levenshtein'
import { z } from 'zod'
import { activeActive, type Limit, limits } from './limits.ts'
import type { DataPath } from './problem.ts'
import { inventorySchema } from './schema.ts'

/* What is known about keys, for messages: descriptions, near misses, and those that ask for what is not done. */

type JsonSchema = z.core.JSONSchema.BaseSchema

/** The limit that a key asks to go beyond, if it does. A preferred node below a volume or VIP asks for active/active too. */
export function limitOf(path: DataPath): Limit | undefined {
  const key = String(path.at(-1))
  const splits = ['preferred', 'preferred-node', 'node', 'active'].includes(key)
  if (splits && ['volumes', 'vips', 'exports'].includes(String(path[0]))) return activeActive
  return limits.find(({ keys }) => keys.includes(key))
}

function rootSchema(): JsonSchema {
  return z.toJSONSchema(inventorySchema, { io: 'input' })
}

/** What the schema says about the value at a path. */
export function descriptionOf(path: DataPath): string | undefined {
  return nodesAt(rootSchema(), path).find(node => node.description)?.description
}

/** What was probably meant by a key that is not known. */
export function keyHint(path: DataPath, unknown: string): string {
  const root = rootSchema()
  const here = nodesAt(root, path.slice(0, -1)).flatMap(node => Object.keys(node.properties ?? {}))
  const near = here.length === 0 ? undefined : closest(unknown, here)
  if (near !== undefined && distance(unknown, near) <= Math.max(2, Math.floor(unknown.length / 3)))
    return `did you mean "${near}"?`
  const home = homeOf(root, unknown)
  if (home !== undefined) return `"${unknown}" belongs below "${home}:"`
  return here.length === 0 ? 'remove it' : `known here: ${here.join(', ')}`
}

/** The schema's nodes for a path: several where a value may have several shapes. */
function nodesAt(root: JsonSchema, path: DataPath): readonly JsonSchema[] {
  return path.reduce<readonly JsonSchema[]>(
    (nodes, part) => nodes.flatMap(node => shapes(child(node, part))),
    shapes(root),
  )
}

function shapes(node: JsonSchema | undefined): readonly JsonSchema[] {
  if (node === undefined) return []
  return [node, ...(node.anyOf ?? []).flatMap(each => shapes(schemaOf(each)))]
}

function child(node: JsonSchema, part: string | number): JsonSchema | undefined {
  if (typeof part === 'number') return schemaOf(node.items)
  return schemaOf(node.properties?.[part] ?? node.additionalProperties)
}

function schemaOf(node: unknown): JsonSchema | undefined {
  return typeof node === 'object' && node !== null && !Array.isArray(node) ? (node as JsonSchema) : undefined
}

/** The top-level key below which a key of this name stands. */
function homeOf(root: JsonSchema, key: string): string | undefined {
  return Object.keys(root.properties ?? {}).find(top =>
    nodesAt(root, [top]).some(node => Object.hasOwn(node.properties ?? {}, key)),
  )
}
