import type { HostFacts } from '../core/fact.ts'

/**
 * Questions without an answer that no concern tells of: one line for each reason. What is not known is no
 * failure: a node that is busy, or a count that is slow, is no reason to wake anybody.
 */
export function unansweredNotes(host: string, facts: HostFacts): readonly string[] {
  const unknowns = Object.entries(facts).flatMap(([id, fact]) =>
    fact.state === 'unknown' && !toldElsewhere.test(id) ? [{ id, reason: fact.reason }] : [],
  )
  return [...new Set(unknowns.map(({ reason }) => reason))].map(reason => {
    const questions = unknowns.filter(one => one.reason === reason).map(({ id }) => id.replace(/:.*/, ''))
    return `${host} does not say: ${questions.join(', ')} (${reason})`
  })
}

/** The questions about the group and whether heartbeat runs have lines of their own. */
const toldElsewhere = /^(drbd-status|mount|nfs-server|vips-held|heartbeat|vip-answers)(:|$)/
