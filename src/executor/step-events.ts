import type { EventSink } from '../core/event.ts'
import type { Plan } from '../core/plan.ts'

/** Says once that a step began, and once how it ended. */
export interface StepEvents {
  began(ref: string): void
  ended(ref: string, result: 'done' | 'failed' | 'interrupted', message?: string): void
  /** Ends all that began and did not end. */
  endAll(result: 'failed' | 'interrupted', message?: string): void
  /** The steps that ended well, in order. */
  done(): readonly string[]
}

export function stepEvents(plan: Plan, events: EventSink): StepEvents {
  const startedAt = new Map<string, number>()
  const done: string[] = []

  const ended: StepEvents['ended'] = (ref, result, message) => {
    const since = startedAt.get(ref)
    if (since === undefined) return
    startedAt.delete(ref)
    if (result === 'done') done.push(ref)
    const durationMs = performance.now() - since
    events({ type: 'step-finished', ref, result, durationMs, ...(message !== undefined && { message }) })
  }

  return {
    began: ref => {
      if (startedAt.has(ref)) return
      const step = plan.steps.find(each => each.ref === ref)
      if (step === undefined) return
      startedAt.set(ref, performance.now())
      const hosts = step.hosts.filter(({ diff }) => diff.kind !== 'in-sync').map(({ host }) => host)
      events({ type: 'step-started', ref, title: step.title, hosts })
    },
    ended,
    endAll: (result, message) => {
      for (const ref of [...startedAt.keys()]) ended(ref, result, message)
    },
    done: () => done,
  }
}
