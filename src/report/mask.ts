import type { ClusterSecrets } from '../core/cluster.ts'
import { maskText, type SecretText } from '../core/secret.ts'

/** How secrets are shown: by keyed fingerprint, or not at all where the salt lives for this run only. */
export interface Mask {
  text(text: SecretText): string
  /** A masked text of a step, beside what it replaces. */
  before(text: string): string
  after(text: string, before: string): string
}

const fingerprints = /hmac:[0-9a-f]{16}/g

/**
 * The mask of an inventory's secrets. With a salt of this run only, a fingerprint would differ from
 * run to run and say nothing, so it becomes `<secret>`, or `<secret, changed>`.
 */
export function maskFor(secrets: Pick<ClusterSecrets, 'salt' | 'saltIsEphemeral'>): Mask {
  if (!secrets.saltIsEphemeral)
    return { text: text => maskText(text, secrets.salt), before: text => text, after: text => text }
  return {
    text: text => text.map(String).join(''),
    before: text => text.replaceAll(fingerprints, '<secret>'),
    after: (text, before) =>
      text.replaceAll(fingerprints, found =>
        before === '' || before.includes(found) ? '<secret>' : '<secret, changed>',
      ),
  }
}
