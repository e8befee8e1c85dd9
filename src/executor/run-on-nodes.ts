import { randomBytes } from 'node:crypto'
import type { Facts } from '../core/fact.ts'
import { targetsOf } from '../planner/instances.ts'
import type { ApplyInput } from './apply-input.ts'
import { type ChunkOutcome, runChunk } from './chunk-run.ts'
import type { Chunk } from './chunks.ts'
import { comeBack, rebootingStep } from './come-back.ts'
import type { ProbesByHost } from './gather.ts'
import { hider } from './hide.ts'
import { stoppedAsAsked } from './interrupted.ts'
import { runDirectory } from './run.ts'
import type { HostStep } from './runner.ts'
import type { StepEvents } from './step-events.ts'

/** Runs a chunk on all its hosts, in one round trip unless one of them is rebooted by it. */
export async function runOnNodes(
  input: ApplyInput,
  chunk: Chunk,
  probes: ProbesByHost,
  afterwards: string,
  steps: StepEvents,
): Promise<readonly ChunkOutcome[]> {
  const { cluster, hosts, run, events } = input
  const hide = hider(cluster.secrets.all)
  return await hosts.exchange(() =>
    Promise.all(
      targetsOf(input).map(async ({ name }) => {
        const session = hosts.sessions.get(name)
        if (session === undefined) throw hosts.failures.get(name) ?? stoppedAsAsked()
        const mine = actionsOn(chunk, name)
        const outcome = await runChunk({
          session,
          directory: runDirectory(run.id),
          steps: mine,
          probes: probes[name] ?? [],
          afterwards,
          marker: `nfsha-${randomBytes(16).toString('hex')}`,
          events,
          hide,
          onStep: ref => steps.began(ref),
        })
        if (outcome.error?.code !== 'unreachable') return outcome
        hosts.lose(name, outcome.error)
        const rebooting = rebootingStep(mine)
        if (rebooting === undefined || input.leave.aborted) return outcome
        return { host: name, stopped: false, facts: await comeBack(input, name, rebooting, probes) }
      }),
    ),
  )
}

/** A node that goes down cannot be said farewell to in the same round trip. */
export function reboots(chunk: Chunk, input: ApplyInput): boolean {
  return targetsOf(input).some(({ name }) => rebootingStep(actionsOn(chunk, name)) !== undefined)
}

function actionsOn(chunk: Chunk, name: string): readonly HostStep[] {
  return chunk.steps.flatMap(({ step, acts }) =>
    step.hosts.flatMap(({ host, diff }) =>
      host === name && acts.includes(host) && diff.kind === 'change'
        ? [{ ref: step.ref, actions: diff.actions }]
        : [],
    ),
  )
}

/** The facts that all hosts read; throws what went wrong on any. */
export function factsOf(outcomes: readonly ChunkOutcome[]): Facts {
  for (const { error } of outcomes) if (error !== undefined) throw error
  if (outcomes.some(({ stopped }) => stopped)) throw stoppedAsAsked()
  return Object.fromEntries(outcomes.map(({ host, facts }) => [host, facts ?? {}]))
}
