import { NfshaError } from '../core/error.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts, HostFacts } from '../core/fact.ts'
import { batchReader, type ProbesByHost } from './gather.ts'
import type { OpenHosts } from './hosts.ts'
import { holderInWords, type LockAnswer, lockProgram, lockReader, unlockProgram } from './lock.ts'
import type { RunIdentity } from './run.ts'

export interface LockRequest {
  readonly hosts: OpenHosts
  readonly run: RunIdentity
  /** What is read in the round trip that takes the lock. Its keys are the nodes to lock. */
  readonly probes: ProbesByHost
  readonly lockTimeoutMs: number
  readonly events: EventSink
  readonly stop: AbortSignal
}

export interface Locked {
  /** What the nodes answered under the lock. */
  readonly facts: Facts
  /** Whether any lock was another run's until now: waited for, or left by one that died. */
  readonly wasAnothers: boolean
}

/** How long one round trip waits for a lock, in seconds; an interrupt is answered that soon. */
const turnSeconds = 2

/** How long we wait, even when told not to, for another run that has to give its second lock back. */
const yieldMs = 5000

/**
 * Takes the locks of the nodes and reads their facts under them, in one round trip when nobody holds
 * any. Asked in parallel, yet as if in a fixed order (by name): who gets the first node's lock keeps
 * it, who does not gives all back, so that two controllers never hold one each. Throws `refused`
 * naming the holder once the time is over; nothing is held then.
 */
export async function lockAndRead(request: LockRequest): Promise<Locked> {
  try {
    return await takeLocks(request)
  } catch (error) {
    await releaseLocks(request.hosts, Object.keys(request.probes))
    throw error
  }
}

async function takeLocks(request: LockRequest): Promise<Locked> {
  const { hosts, events, stop } = request
  const names = Object.keys(request.probes).sort()
  const facts = new Map<string, HostFacts>()
  const waitedFor = new Set<string>()
  let wasStale = false
  const startedAt = performance.now()

  for (let turn = 0; ; turn += 1) {
    const missing = names.filter(name => !facts.has(name))
    const answers = await hosts.exchange(() =>
      allAnswers(missing.map(name => lockOne(request, name, turn === 0 ? 0 : turnSeconds))),
    )
    for (const { host, answer, read } of answers) {
      if (answer.state === 'unknown') throw noLock(host)
      if (answer.state !== 'held') continue
      facts.set(host, read)
      const stale = answer.holder === undefined ? undefined : holderInWords(answer)
      wasStale ||= stale !== undefined
      events({ type: 'lock-taken', host, ...(stale !== undefined && { stale }) })
    }
    const busy = answers.filter(({ answer }) => answer.state === 'busy')
    if (busy.length === 0)
      return { facts: Object.fromEntries(facts), wasAnothers: wasStale || waitedFor.size > 0 }

    for (const { host, answer } of busy) {
      if (!waitedFor.has(host)) events({ type: 'lock-waiting', host, holder: holderInWords(answer) })
      waitedFor.add(host)
    }
    const holdsFirst = facts.has(names[0] ?? '')
    const patienceMs = Math.max(request.lockTimeoutMs, holdsFirst ? yieldMs : 0)
    const isOver = performance.now() - startedAt >= patienceMs
    if (stop.aborted) throw stopped()
    if (isOver) throw locked(busy, request.lockTimeoutMs)
    if (!holdsFirst) {
      await releaseLocks(hosts, [...facts.keys()])
      facts.clear()
    }
  }
}

/** Gives the locks of these nodes back; nodes that are gone lose theirs by themselves. */
export async function releaseLocks(hosts: OpenHosts, names: readonly string[]): Promise<void> {
  await runOn(hosts, names, unlockProgram)
}

/** Runs a short program on several nodes in one round trip, without caring for those that fail. */
export async function runOn(hosts: OpenHosts, names: readonly string[], program: string): Promise<void> {
  const sessions = names.flatMap(name => hosts.sessions.get(name) ?? [])
  if (sessions.length === 0) return
  await hosts.exchange(() =>
    Promise.allSettled(
      sessions.map(session => session.request(program, { silenceMs: 30_000, onFrame: () => undefined })),
    ),
  )
}

/** All results, once every node has answered: one that failed must leave no answer of another under way. */
async function allAnswers<T>(requests: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(requests)
  return Promise.all(requests)
}

async function lockOne(
  { hosts, run, probes }: LockRequest,
  host: string,
  waitSeconds: number,
): Promise<{ host: string; answer: LockAnswer; read: HostFacts }> {
  const session = hosts.sessions.get(host)
  if (session === undefined) throw hosts.failures.get(host) ?? noLock(host)
  const batch = batchReader(probes[host] ?? [])
  const lock = lockReader()
  await session.request(lockProgram(run, waitSeconds, batch.program), {
    silenceMs: batch.silenceMs + waitSeconds * 1000,
    onFrame: frame => {
      lock.onFrame(frame)
      batch.onFrame(frame)
    },
  })
  return { host, answer: lock.answer(), read: batch.facts() }
}

function locked(busy: readonly { host: string; answer: LockAnswer }[], timeoutMs: number): NfshaError {
  const [first] = busy
  const who = first === undefined ? '' : `: ${first.host} is held by ${holderInWords(first.answer)}`
  const id = first?.answer.holder?.id
  const waited = timeoutMs === 0 ? '' : ` after ${Math.round(timeoutMs / 1000)} s`
  return new NfshaError(
    'refused',
    `another run holds the lock${waited}${who}`,
    `wait for it (--lock-timeout SECONDS)${id === undefined ? '' : `, or, when that run is surely dead: nfsha unlock ${id}`}`,
  )
}

function noLock(host: string): NfshaError {
  return new NfshaError(
    'failed',
    `cannot take a lock on ${host}`,
    `it needs flock (util-linux), a /run that can be written, and root there`,
  )
}

function stopped(): NfshaError {
  return new NfshaError('interrupted', 'stopped while waiting for the lock', 'nothing was done: run it again')
}
