import { z } from 'zod'
import { inventorySchema } from './schema.ts'

/**
 * The published JSON Schema (draft 2020-12) of an inventory: what an editor needs for completion.
 * It says what may be written; references and lint rules are beyond it. schema/nfsha.schema.json is
 * its text, made by `nfsha schema`.
 */
export function inventoryJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(inventorySchema, { io: 'input' })
  return {
    $schema,
    title: 'nfsha inventory',
    description: 'One cluster of two nodes: Heartbeat, DRBD, kernel NFS and a floating VIP.',
    ...schema,
  }
}
