import { closest, distance } from 'fastest-levenshtein'
import { z } from 'zod'
import type { DataPath } from './problem.ts'
import { inventorySchema } from './schema.ts'

/* What the schema knows about keys, for messages: descriptions, near misses, and keys refused by name. */

type JsonSchema = z.core.JSONSchema.BaseSchema

interface RefusedKey {
  readonly reason: string
  readonly hint: string
}

const activeActive: RefusedKey = {
  reason:
    'active/active is not possible here, because the kernel has one nfsd, one server scope and one client database a node, so all volumes and VIPs move together',
  hint: 'remove it; for two active nodes make two pairs, or let one pair serve all volumes',
}

/** Keys that people try and that are refused for a reason of their own. */
const refusedKeys: Readonly<Record<string, RefusedKey>> = {
  'active-active': activeActive,
  'allow-two-primaries': activeActive,
  'become-primary-on': activeActive,
  groups: activeActive,
  crm: { reason: 'only haresources mode is supported', hint: 'remove it' },
  haresources: { reason: 'haresources is generated', hint: 'say `group: lean` or `group: standard`' },
  ipv6: { reason: 'IPv6 is not supported', hint: 'use IPv4 addresses throughout' },
}

/** Why a key is refused by name, if it is. A preferred node below a volume or VIP asks for active/active too. */
export function refusedKey(path: DataPath): RefusedKey | undefined {
  const key = String(path.at(-1))
  const splits = ['preferred', 'preferred-node', 'node', 'active'].includes(key)
  if (splits && ['volumes', 'vips', 'exports'].includes(String(path[0]))) return activeActive
  return Object.hasOwn(refusedKeys, key) ? refusedKeys[key] : undefined
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
