import type { HostRecord, PlanRecord } from './plan-record.ts'
import { summaryOf } from './plan-text.ts'

/**
 * What is no longer as a saved plan says, one line a step and host. Empty when the plans are equal:
 * the digests decide, since what is shown of two different secrets may look alike.
 */
export function movedSince(saved: PlanRecord, now: PlanRecord): readonly string[] {
  if (saved.digest === now.digest) return []
  const before = changesOf(saved)
  const after = changesOf(now)
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const moved = names
    .filter(name => before.get(name)?.digest !== after.get(name)?.digest)
    .map(name => `${name}: ${moveText(before.get(name), after.get(name))}`)
  return moved.length > 0 ? moved : ['the order of the steps']
}

function moveText(before: HostRecord | undefined, after: HostRecord | undefined): string {
  if (before === undefined) return `now to do: ${words(after)}`
  if (after === undefined) return `no longer to do: ${words(before)}`
  const same = words(before) === words(after)
  return same ? `${words(after)}, but not as planned` : `planned: ${words(before)}; now: ${words(after)}`
}

function words(record: HostRecord | undefined): string {
  return record === undefined ? 'nothing' : summaryOf(record.diff)
}

function changesOf(plan: PlanRecord): ReadonlyMap<string, HostRecord> {
  return new Map(
    plan.steps.flatMap(step =>
      step.hosts
        .filter(({ diff }) => diff.kind === 'change')
        .map(record => [`${step.ref} on ${record.host}`, record] as const),
    ),
  )
}
