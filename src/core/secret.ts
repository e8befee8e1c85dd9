import { createHmac } from 'node:crypto'

const values = new WeakMap<Secret, string>()

/**
 * A value that no printer shows. The value lives outside the object, so that neither JSON nor
 * `util.inspect` nor a debugger's property list can leak it; only the executor calls `reveal`.
 */
export class Secret {
  readonly name: string

  constructor(name: string, value: string) {
    this.name = name
    values.set(this, value)
    Object.freeze(this)
  }

  toString(): string {
    return `<secret ${this.name}>`
  }

  toJSON(): string {
    return this.toString()
  }
}

/** The secret's value. Only src/executor and `render --reveal-secrets` may call this. */
export function reveal(secret: Secret): string {
  const value = values.get(secret)
  if (value === undefined) throw new TypeError('not a Secret')
  return value
}

/** Text with secret spans, as a file's content is. */
export type SecretText = readonly (string | Secret)[]

/** The whole text with its secrets. Same rule as `reveal`. */
export function revealText(text: SecretText): string {
  return text.map(part => (typeof part === 'string' ? part : reveal(part))).join('')
}

/**
 * The keyed fingerprint that stands for a secret wherever something is shown or compared:
 * `hmac:` and the first 16 hex digits of HMAC-SHA256 (RFC 2104) under the salt. The same is
 * computed on the node (facts/file), so that an old value never leaves it.
 */
export function fingerprint(value: string, salt: Secret): string {
  return `hmac:${createHmac('sha256', reveal(salt)).update(value).digest('hex').slice(0, 16)}`
}

/** The text with each secret replaced by its fingerprint. */
export function maskText(text: SecretText, salt: Secret): string {
  return text.map(part => (typeof part === 'string' ? part : fingerprint(reveal(part), salt))).join('')
}
