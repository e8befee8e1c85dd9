import { closest, distance } from 'fastest-levenshtein'
import { z } from 'zod'
import type { DataPath } from './problem.ts'
import { inventorySchema } from './schema.ts'

/* What the schema knows about keys, for messages: descriptions, near misses, and keys refused by name. */

type JsonSchema = z.core.JSONSchema.BaseSchema

const activeActive = {
  reason:
    'active/active is not possible here, because the kernel has one nfsd, one server scope and one client database a node, so all volumes and VIPs move together',
  hint: 'remove it; for two active nodes make two pairs, or let one pair serve all volumes',
}

/** Keys that people try and that are refused for a reason of their own. */
export const refusedKeys: Readonly<Record<string, { readonly reason: string; readonly hint: string }>> = {
  'active-active': activeActive,
  'allow-two-primaries': activeActive,
  'become-primary-on': activeActive,
  groups: activeActive,
  'preferred-node': {
    reason: 'there is one resource group, and one preferred node for all of it',
    hint: 'write `preferred: NODE` at the top of the inventory',
  },
  haresources: { reason: 'haresources is generated', hint: 'say `group: lean` or `group: standard`' },
  password: {
    reason: 'it is not known here',
    hint: 'below ssh: it is a reference, env:NAME or file:PATH#KEY',
  },
  crm: { reason: 'only haresources mode is supported', hint: 'remove it' },
  ipv6: { reason: 'IPv6 is not supported', hint: 'use IPv4 addresses throughout' },
}

/** What to do about a key: what it means, or, for one that is not known, what was probably meant. */
export function keyHint(path: DataPath, unknown?: string): string {
  const root: JsonSchema = z.toJSONSchema(inventorySchema, { io: 'input' })
  if (unknown === undefined)
    return nodesAt(root, path).find(node => node.description)?.description ?? 'see `nfsha schema`'
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
