import type { PlannedStep } from '../core/plan.ts'

/** A step's part in a chunk: where its actions run, and where it is diffed again afterwards. */
export interface ChunkStep {
  readonly step: PlannedStep
  readonly acts: readonly string[]
  readonly verifies: readonly string[]
}

/** What goes to both nodes in one round trip and is verified before anything else is begun. */
export interface Chunk {
  readonly steps: readonly ChunkStep[]
  /** Overwrites data: both nodes are read again in the round trip directly before. */
  readonly destructive: boolean
}

/**
 * Cuts a plan into chunks, as large as order allows. Safe steps go together; a chunk ends before a
 * joint step, before and after one that is disruptive or destructive, between the hosts of a
 * one-by-one step, and where something is waited for: where the plan says so, or `leavesWait` knows
 * that a step's change ends in a wait. Steps in sync are in none.
 */
export function chunksOf(
  steps: readonly PlannedStep[],
  leavesWait: (step: PlannedStep) => boolean,
): readonly Chunk[] {
  const chunks: Chunk[] = []
  let open: ChunkStep[] = []
  const flush = (destructive = false): void => {
    if (open.length > 0) chunks.push({ steps: open, destructive })
    open = []
  }

  for (const step of steps) {
    const changing = step.hosts.filter(({ diff }) => diff.kind === 'change').map(({ host }) => host)
    const waits = step.hosts.some(({ diff }) => diff.kind === 'wait')
    if (changing.length === 0 && !waits) continue
    const destructive = hasRisk(step, 'destructive')
    const isAlone = destructive || hasRisk(step, 'disruptive') || step.order === 'one-by-one'
    if (isAlone || (step.joint && changing.length > 0)) flush()
    if (step.order === 'one-by-one')
      for (const [index, host] of changing.entries()) {
        const isLast = index === changing.length - 1
        open.push({ step, acts: [host], verifies: isLast ? hostsOf(step) : [host] })
        flush(destructive)
      }
    if (step.order === 'parallel' || changing.length === 0)
      open.push({ step, acts: changing, verifies: hostsOf(step) })
    if (isAlone || waits || leavesWait(step)) flush(destructive)
  }
  flush()
  return chunks
}

function hasRisk(step: PlannedStep, risk: 'disruptive' | 'destructive'): boolean {
  return step.hosts.some(({ diff }) => diff.kind === 'change' && diff.risk === risk)
}

function hostsOf(step: PlannedStep): readonly string[] {
  return step.hosts.map(({ host }) => host)
}
