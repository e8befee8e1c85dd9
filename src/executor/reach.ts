import { NfshaError } from '../core/error.ts'
import type { Detour, HostAddress, Transport } from '../core/transport.ts'
import { asNfshaError } from './hosts.ts'
import { createSession, type Session } from './session.ts'

/** A host to be looked at, and how else it may be reached when its own address does not answer. */
export interface SurveyedHost {
  readonly address: HostAddress
  readonly detour?: Detour
}

/** The way round that led to a host. */
export interface TakenDetour {
  readonly through: string
  readonly address: string
}

export interface Reached {
  readonly session: Session
  readonly detour?: TakenDetour
}

export interface ReachOptions {
  readonly transport: Transport
  /** Resolves once the straight way to a host is open. */
  readonly whenOpen: (host: string) => Promise<unknown>
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** When the detour is tried beside the straight way, as a part of the limit. */
const patienceShare = 1 / 3

/** Opens the straight way to a host, within the limit. Errors: as the transport's, each with the host's name. */
export async function reachStraight(
  { address }: SurveyedHost,
  { transport, limitMs, signal }: ReachOptions,
): Promise<Session> {
  const limit = limited(signal, limitMs)
  try {
    const shell = await transport.open(hastened(address, limitMs), limit.signal)
    return createSession(address.name, shell)
  } catch (cause) {
    throw limit.isOver() ? tooLate(address.name, limitMs) : asNfshaError(cause, address.name)
  } finally {
    limit.end()
  }
}

/**
 * Opens a way to a host: the straight one, or, when that fails or lets wait, the detour; whichever
 * comes first. A host that refuses us, or shows another key, is not tried behind its back. Errors:
 * those of the straight way, or `refused` for the key that is shown by the detour.
 */
export async function reachHost(
  host: SurveyedHost,
  straight: Promise<Session>,
  options: ReachOptions,
): Promise<Reached> {
  const { address, detour } = host
  const { transport, limitMs, whenOpen } = options
  if (detour === undefined || transport.openBy === undefined) return { session: await straight }
  const limit = limited(options.signal, limitMs)
  const { signal } = limit
  const openBy = transport.openBy.bind(transport)
  const round = unanswered(straight, limitMs * patienceShare)
    .then(() => untilAborted(whenOpen(detour.through.name), signal))
    .then(() => openBy(address, detour, signal))
    .then(({ shell, address: by }) => ({
      session: createSession(address.name, shell),
      detour: { through: detour.through.name, address: by },
    }))
  const direct = straight.then((session): Reached => ({ session }))
  try {
    const first = await Promise.any<Reached>([direct, round])
    for (const other of [direct, round])
      other.then(
        ({ session }: Reached) => session !== first.session && void session.close(),
        () => undefined,
      )
    return first
  } catch (cause) {
    // A host that shows another key by the detour is worse than one that is silent.
    const refusal = (cause as AggregateError).errors.find(isRefusal)
    if (refusal !== undefined) throw refusal
    return { session: await straight }
  } finally {
    limit.end()
  }
}

/**
 * A signal that aborts with another, when the time is over, or at its end. Node 20 may collect the
 * parts of an AbortSignal.any as garbage, and it then never fires.
 */
function limited(
  outer: AbortSignal,
  limitMs: number,
): { readonly signal: AbortSignal; isOver(): boolean; end(): void } {
  const controller = new AbortController()
  let isOver = false
  const onOuter = () => controller.abort()
  const timer = setTimeout(() => {
    isOver = true
    controller.abort()
  }, limitMs)
  if (outer.aborted) controller.abort()
  outer.addEventListener('abort', onOuter, { once: true })
  return {
    signal: controller.signal,
    isOver: () => isOver,
    end: () => {
      clearTimeout(timer)
      outer.removeEventListener('abort', onOuter)
      controller.abort()
    },
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof NfshaError && error.code === 'refused'
}

/** Resolves when the straight way failed for want of an answer, or lets wait; rejects when it is settled otherwise. */
function unanswered(straight: Promise<Session>, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, patienceMs)
    straight
      .then(
        () => reject(new Error('the straight way is open')),
        (error: NfshaError) => (error.code === 'unreachable' ? resolve() : reject(error)),
      )
      .finally(() => clearTimeout(timer))
  })
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** A target that gives up connecting by the limit, however patient the inventory is. */
function hastened(address: HostAddress, limitMs: number): HostAddress {
  const { ssh } = address
  return { ...address, ssh: { ...ssh, connectTimeoutMs: Math.min(ssh.connectTimeoutMs, limitMs) } }
}

function tooLate(name: string, limitMs: number): NfshaError {
  return new NfshaError(
    'unreachable',
    `${name} did not answer within ${Math.round(limitMs / 1000)} s`,
    `see that ${name} is up and that its address is reachable from here`,
  )
}
