import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts } from '../core/fact.ts'
import type { PlannedStep } from '../core/plan.ts'
import { type PlanContext, peerNameOf, type StepInstance } from '../planner/instances.ts'
import type { Chunk } from './chunks.ts'
import { contradicts, expectedAndFound, type Mismatch, mismatches } from './mismatch.ts'
import { moved, notInSync, type Pending, type StepDiff, withNewer } from './verify.ts'
import { pause, waitUntilSettled } from './wait.ts'

/** How often a chunk that ran well is read again when it is not in sync yet: a unit's state may lag its command. */
const secondLooks = 3

export interface Settling extends PlanContext {
  readonly playbook: string
  readonly instances: readonly StepInstance[]
  readonly chunk: Chunk
  /** What should hold now, if our predictions are right. */
  readonly expected: Facts
  /** What was read right after the chunk, over all that was known before. */
  readonly found: Facts
  /** What is still to be done after this chunk. */
  readonly pending: readonly Pending[]
  /** Reads the chunk's probes again: one round trip. */
  readonly read: () => Promise<Facts>
  readonly events: EventSink
  readonly stop: AbortSignal
}

/**
 * Verifies a chunk by the same diffs that planned it, and waits for what only time brings. Then
 * reality is held against the prediction: where it differs, and yet leaves the same remaining
 * actions, that is told and the run goes on; otherwise our prediction was wrong, and the run stops.
 * Gives the facts as last read.
 */
export async function settle(settling: Settling): Promise<Facts> {
  const { chunk, instances, stop, events } = settling
  let facts = settling.found
  const read = async (): Promise<Facts> => {
    facts = withNewer(facts, await settling.read())
    return facts
  }
  const diff = (now: Facts): readonly StepDiff[] => notInSync(chunk, instances, now, settling)

  for (let looks = 0; ; looks += 1) {
    const [wrong] = await waitUntilSettled({ events, stop, read, diff }, diff(facts))
    if (wrong === undefined) break
    if (looks === secondLooks) throw notBrought(settling, wrong, facts)
    await pause(1000, stop)
    await read()
  }

  if (isAsPredicted(settling, facts)) return facts
  // One node may have been read before the other had finished.
  await read()
  tellOrStop(settling, facts)
  return facts
}

/** Nothing that a step stated is otherwise, and nothing that is left would be. What a step reads and cannot predict may change. */
function isAsPredicted(settling: Settling, facts: Facts): boolean {
  const missed = mismatches(settling.expected, facts)
  if (missed.length === 0 || settling.pending.length === 0) return true
  return missed.every(mismatch => !isStated(settling, mismatch)) && wouldMove(settling, facts).length === 0
}

function tellOrStop(settling: Settling, facts: Facts): void {
  const missed = mismatches(settling.expected, facts)
  const stated = missed.filter(mismatch => isStated(settling, mismatch))
  const now = wouldMove(settling, facts)
  if (now.length > 0) throw wrongPrediction(settling, stated.length > 0 ? stated : missed, now)
  for (const mismatch of stated)
    settling.events({
      type: 'prediction-missed',
      ref: stepExpecting(settling, mismatch),
      host: mismatch.host,
      probe: mismatch.probe,
      detail: expectedAndFound(mismatch),
    })
}

/** What would now be done otherwise; planning that fails outright counts as that. */
function wouldMove(settling: Settling, facts: Facts): readonly string[] {
  try {
    return moved(settling.pending, settling.instances, facts, settling)
  } catch (error) {
    if (error instanceof NfshaError) return [error.message]
    throw error
  }
}

/** Whether a step of the chunk said that this probe would find something else. */
function isStated(settling: Settling, mismatch: Mismatch): boolean {
  return contradicts(mismatch) && settling.chunk.steps.some(({ step }) => states(step, settling, mismatch))
}

/** The step of the chunk that expected this probe's answer; else the chunk's first. */
function stepExpecting(settling: Settling, mismatch: Mismatch): string {
  const { steps } = settling.chunk
  return (steps.find(({ step }) => states(step, settling, mismatch)) ?? steps[0])?.step.ref ?? ''
}

function states(step: PlannedStep, { cluster }: PlanContext, { host, probe }: Mismatch): boolean {
  return step.hosts.some(({ host: name, diff }) => {
    if (diff.kind !== 'change' && diff.kind !== 'wait') return false
    const { self = [], peer = [] } = diff.expect
    const expectations = name === host ? self : peerNameOf(cluster, name) === host ? peer : []
    return expectations.some(expectation => expectation.probe.id === probe)
  })
}

const nextMove =
  'nothing further was done; look at the node, and plan again. It is worth a report, with the output of `nfsha facts`'

/** The step's actions ran well, and yet its own diff wants more. */
function notBrought(settling: Settling, wrong: StepDiff, facts: Facts): NfshaError {
  const wants =
    wrong.diff.kind === 'refusal'
      ? `it now refuses: ${wrong.diff.reason}`
      : `it still wants to ${summaryOf(wrong)}`
  const about = mismatches(settling.expected, facts)
    .filter(mismatch => stepExpecting(settling, mismatch) === wrong.ref)
    .slice(0, 3)
    .map(mismatch => `; ${mismatch.probe} on ${mismatch.host}: ${expectedAndFound(mismatch)}`)
  return new NfshaError(
    'failed',
    `our prediction was wrong in ${wrong.ref}: on ${wrong.host} its actions ran well, and ${wants}${about.join('')}`,
    nextMove,
  )
}

function wrongPrediction(
  settling: Settling,
  missed: readonly Mismatch[],
  now: readonly string[],
): NfshaError {
  const [first] = missed
  const ref = first === undefined ? '' : stepExpecting(settling, first)
  const what = missed
    .slice(0, 3)
    .map(mismatch => `${mismatch.probe} on ${mismatch.host}: ${expectedAndFound(mismatch)}`)
  return new NfshaError(
    'failed',
    `our prediction was wrong in ${ref}: ${what.join('; ')}; what is left would now differ: ${now.slice(0, 5).join(', ')}`,
    nextMove,
  )
}

function summaryOf({ diff }: StepDiff): string {
  return diff.kind === 'change' ? diff.summary : 'wait'
}
