import { randomBytes } from 'node:crypto'
import type { Secret, SecretText } from '../core/secret.ts'

/**
 * Lets secrets pass through a template engine that knows only strings: each is a placeholder that
 * nobody can guess (so that no inventory can name one) while the text is made, and a span after.
 */
export interface Hideout {
  /** The placeholder of a secret; the same for the same secret. */
  hide(secret: Secret): string
  /** The text with its placeholders turned into the secrets they stand for. */
  split(text: string): SecretText
}

/** A hideout for one rendering. */
export function hideout(): Hideout {
  const token = randomBytes(16).toString('hex')
  const hidden: Secret[] = []
  return {
    hide(secret) {
      if (!hidden.includes(secret)) hidden.push(secret)
      return `<${token}:${hidden.indexOf(secret)}>`
    },
    split(text) {
      // Odd places hold what the group of the expression matched: the secrets' indices.
      return text
        .split(new RegExp(`<${token}:(\\d+)>`))
        .map((part, place) => (place % 2 === 0 ? part : (hidden[Number(part)] ?? part)))
        .filter(part => part !== '')
    },
  }
}
