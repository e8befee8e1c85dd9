import { exitCodes, NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import { probesByHost, targetsOf } from '../planner/instances.ts'
import { doneSince, makePlan } from '../planner/plan.ts'
import type { ApplyInput, RunResult } from './apply-input.ts'
import { type Chunk, chunksOf } from './chunks.ts'
import { farewell, finish } from './finish.ts'
import { gather, type ProbesByHost } from './gather.ts'
import { stoppedAsAsked } from './interrupted.ts'
import { underLock } from './lock.ts'
import { type Locked, lockAndRead } from './locking.ts'
import { stepsThatLeaveWaits } from './predict-waits.ts'
import { refuseDrift, refuseMovedTarget, refuseUnapplicable } from './refuse.ts'
import { factsOf, reboots, runOnNodes } from './run-on-nodes.ts'
import { settle } from './settle.ts'
import { type StepEvents, stepEvents } from './step-events.ts'
import { joinProbes, pendingAfter, predicted, probesAfter, withNewer } from './verify.ts'

export type { ApplyInput, RunResult } from './apply-input.ts'

/**
 * Applies a plan: takes the locks, reads everything again under them, plans again and refuses when
 * that is not the plan that was shown (or, after another run had the lock, what that one left of it);
 * then chunk by chunk, each verified by the same diffs before
 * the next one begins. Serial round trips: one for lock and facts, one a chunk, and one to finish
 * only where the last chunk ends in a wait or something went wrong. What goes wrong on nodes is in
 * the result, never thrown.
 */
export async function applyPlan(input: ApplyInput): Promise<RunResult> {
  const isNothing = input.plan.steps.every(({ hosts }) => hosts.every(({ diff }) => diff.kind === 'in-sync'))
  if (isNothing) return { result: 'nothing-to-do', exitCode: exitCodes.ok }
  const unhook = hookInterrupts(input)
  try {
    refuseUnapplicable(input.plan, targetsOf(input), input.hosts)
    if (input.stop.aborted) throw stoppedAsAsked()
    const locked = await lockAndRead({ ...input, probes: probesByHost(input.instances, input) })
    return await applyLocked(input, locked)
  } catch (cause) {
    if (cause instanceof NfshaError) return resultOf(cause)
    throw cause
  } finally {
    unhook()
  }
}

async function applyLocked(input: ApplyInput, { facts, wasAnothers }: Locked): Promise<RunResult> {
  const steps = stepEvents(input.plan, input.events)
  try {
    const plan = makePlan({ ...input, facts })
    const doneBefore = wasAnothers ? doneSince(input.plan, plan) : []
    if (doneBefore.length > 0) input.events({ type: 'done-by-another', changes: doneBefore })
    else refuseDrift(input.plan, plan)
    const last = await applyChunks(input, plan, facts, steps)
    return { result: 'done', exitCode: exitCodes.ok, facts: last }
  } catch (cause) {
    const error = cause instanceof NfshaError ? cause : undefined
    const ending = error === undefined ? 'failed' : endingOf(error)
    steps.endAll(ending === 'interrupted' ? 'interrupted' : 'failed', error?.message)
    await finish(input, ending, steps.done(), error?.message)
    throw cause
  }
}

async function applyChunks(input: ApplyInput, plan: Plan, first: Facts, steps: StepEvents): Promise<Facts> {
  const { instances } = input
  const waits = stepsThatLeaveWaits(plan, instances, first, input)
  const chunks = chunksOf(plan.steps, ({ ref }) => waits.has(ref))
  let facts = first
  if (chunks.length === 0) await finish(input, 'done', [])
  // What the round trip before has read; at first, that was everything.
  let justRead: ProbesByHost = probesByHost(instances, input)

  for (const [index, chunk] of chunks.entries()) {
    if (input.stop.aborted) throw stoppedAsAsked()
    if (chunk.destructive) {
      const targets = probesAfter(chunk, instances, input)
      if (!covers(justRead, targets)) facts = withNewer(facts, await readAgain(input, targets))
      refuseMovedTarget(chunk, instances, facts, input)
    }
    const next = chunks[index + 1]
    const mine = probesAfter(chunk, instances, input)
    const probes = next?.destructive === true ? joinProbes(mine, probesAfter(next, instances, input)) : mine
    const endsRun = next === undefined && !mayWait(chunk, waits) && !reboots(chunk, input)
    const refs = chunk.steps.map(({ step }) => step.ref)
    const afterwards = endsRun ? farewell(input, 'done', [...steps.done(), ...refs]) : ''

    const read = factsOf(await runOnNodes(input, chunk, probes, afterwards, steps))
    for (const ref of refs) steps.began(ref)
    const pending = pendingAfter(plan.steps, chunks, index)
    facts = await settle({
      ...input,
      chunk,
      expected: predicted(chunk, facts, input),
      found: withNewer(facts, read),
      pending,
      read: () => readAgain(input, probes),
    })
    justRead = probes
    for (const ref of refs) if (!pending.some(part => part.ref === ref)) steps.ended(ref, 'done')
    if (next === undefined && !endsRun) await finish(input, 'done', steps.done())
  }
  return facts
}

/** Facts in the middle of a run: a link that breaks then is an error of its own, and no fact. */
async function readAgain(input: ApplyInput, probes: ProbesByHost): Promise<Facts> {
  const facts = await gather(input.hosts, probes, underLock)
  for (const { name } of targetsOf(input)) {
    const failure = input.hosts.failures.get(name)
    if (failure !== undefined) throw failure
  }
  return facts
}

function covers(read: ProbesByHost, needed: ProbesByHost): boolean {
  return Object.entries(needed).every(([host, probes]) =>
    probes.every(({ id }) => read[host]?.some(probe => probe.id === id)),
  )
}

function mayWait(chunk: Chunk, waits: ReadonlySet<string>): boolean {
  return chunk.steps.some(
    ({ step }) => waits.has(step.ref) || step.hosts.some(({ diff }) => diff.kind === 'wait'),
  )
}

/** The first interrupt is told to the nodes, the second ends our side of it. Gives the way to undo that. */
function hookInterrupts({ hosts, events, stop, leave }: ApplyInput): () => void {
  const onStop = (): void => {
    events({ type: 'interrupt-requested' })
    for (const session of hosts.sessions.values()) void session.askToStop()
  }
  const onLeave = (): void => {
    for (const session of hosts.sessions.values()) session.abandon()
  }
  stop.addEventListener('abort', onStop)
  leave.addEventListener('abort', onLeave)
  return () => {
    stop.removeEventListener('abort', onStop)
    leave.removeEventListener('abort', onLeave)
  }
}

function endingOf({ code }: NfshaError): 'failed' | 'refused' | 'interrupted' {
  return code === 'refused' || code === 'interrupted' ? code : 'failed'
}

function resultOf(error: NfshaError): RunResult {
  return { result: endingOf(error), exitCode: error.exitCode, message: error.message, hint: error.hint }
}
