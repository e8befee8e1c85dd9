import { createHash } from 'node:crypto'
import { reveal, Secret } from './secret.ts'

/**
 * SHA-256 in hex over a plain value, secrets revealed, object keys sorted: equal values give equal
 * digests whatever order their keys were made in. One-way, so it may be shown.
 */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

function canonical(value: unknown): string {
  if (value instanceof Secret) return `S${JSON.stringify(reveal(value))}`
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'undefined'
}
