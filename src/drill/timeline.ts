import type { DrillResult, Moment, MomentName, ScriptPhase } from '../core/drill.ts'
import type { Sighting } from './sightings.ts'

/** Moments of the client, on the controller's clock. */
export interface ClientMoments {
  readonly host: string
  readonly uncertaintyMs: number
  /** The prober's `up`s. */
  readonly vipUpMs: readonly number[]
  /** When acknowledged appends ended. */
  readonly acknowledgedMs: readonly number[]
}

export interface TimelineRequest {
  /** On the controller's clock, as everything else here. */
  readonly injectedMs: number
  readonly injectionUncertaintyMs: number
  readonly healedMs?: number
  readonly controller: string
  readonly sightings: readonly Sighting[]
  readonly client: ClientMoments
}

/** What heartbeat and ipfail write when they notice (heartbeat/hb_*.c, contrib/ipfail/ipfail.c; seen in the lab). */
const detections =
  /: is dead|Received shutdown notice|standby|Both machines own|asking to switch|Asking other side|ping node.*(dead|balance)|Link .* dead|wants to go standby/i

/**
 * The moments of the first change after the injection. Phases of the group's script come from the
 * kernel log, where it writes them with the kernel's own clock; where it is silent (the standard chain of
 * agents), from what the observer saw.
 */
export function timeline(request: TimelineRequest): readonly Moment[] {
  const { injectedMs, sightings, client } = request
  const after = sightings.filter(({ atMs }) => atMs >= injectedMs)
  const taker = takerOf(sightings, injectedMs)
  const moments: (Moment | undefined)[] = [
    {
      name: 'injected',
      atMs: 0,
      host: request.controller,
      uncertaintyMs: Math.ceil(request.injectionUncertaintyMs),
    },
    first(after, 'detected', injectedMs, each => each.what === 'heartbeat' && detections.test(each.text)),
    first(after, 'released', injectedMs, each => each.node !== taker && scriptSays(each, 'stop total')),
  ]
  if (taker !== undefined) {
    const there = after.filter(({ node }) => node === taker)
    const phase = (name: MomentName, script: string, letter: string) =>
      first(there, name, injectedMs, each => scriptSays(each, `start ${script}`)) ??
      first(there, name, injectedMs, each => each.what === 'state' && each.held.includes(letter))
    moments.push(
      phase('promoted', 'promote', 'P'),
      phase('mounted', 'mount', 'M'),
      phase('nfs-up', 'nfsd', 'N'),
      phase('vip-up', 'vip', 'V'),
      ...grace(there, injectedMs),
    )
    const vipMs = injectedMs + (moments.find(each => each?.name === 'vip-up')?.atMs ?? 0)
    // The client's clock and the node's may be off against each other by as much as both are uncertain.
    const seen = client.vipUpMs.find(atMs => atMs >= vipMs - 200)
    const acknowledged = client.acknowledgedMs.find(atMs => atMs >= (seen ?? vipMs) - 200)
    moments.push(
      of(client, 'vip-seen', seen, injectedMs),
      of(client, 'first-acknowledged', acknowledged, injectedMs),
    )
  } else moments.push(...startedAnew(after, request))
  if (request.healedMs !== undefined) {
    const atMs = Math.round(request.healedMs - injectedMs)
    moments.push({ name: 'healed', atMs, host: request.controller, uncertaintyMs: 0 })
    const { healedMs } = request
    moments.push(redundant(sightings, injectedMs, healedMs))
  }
  return moments.filter(each => each !== undefined).toSorted((a, b) => a.atMs - b.atMs)
}

/** Where the group stayed, the script may have started it anew there. */
function startedAnew(
  after: readonly Sighting[],
  { injectedMs, client }: TimelineRequest,
): readonly (Moment | undefined)[] {
  const up = first(after, 'nfs-up', injectedMs, each => scriptSays(each, 'start nfsd'))
  if (up === undefined) return []
  const acknowledged = client.acknowledgedMs.find(atMs => atMs >= injectedMs + up.atMs - 200)
  return [up, of(client, 'first-acknowledged', acknowledged, injectedMs)]
}

/** The node that took the group up after the injection: it came to be Primary where it was not. */
export function takerOf(sightings: readonly Sighting[], injectedMs: number): string | undefined {
  const before = new Map<string, string>()
  for (const sighting of sightings) {
    if (sighting.what !== 'state') continue
    const was = before.get(sighting.node)
    if (sighting.atMs >= injectedMs && was !== undefined && !was.includes('P') && sighting.held.includes('P'))
      return sighting.node
    before.set(sighting.node, sighting.held)
  }
  return undefined
}

/** The phases of the group's script after the injection, in order: `nfsha: GROUP start mount 320 ms`. */
export function phasesOf(sightings: readonly Sighting[], injectedMs: number): readonly ScriptPhase[] {
  return sightings.flatMap(sighting => {
    if (sighting.what !== 'kernel' || sighting.atMs < injectedMs) return []
    const [, verb, phase = '', ms] =
      /^nfsha: \S+ (start|stop) ([a-z-]+)(?: failed after)? (\d+) ms/.exec(sighting.text) ?? []
    if (verb !== 'start' && verb !== 'stop') return []
    return [{ node: sighting.node, verb, phase, durationMs: Number(ms) }]
  })
}

/** `WARN: Late heartbeat: Node m2: interval 3210 ms (> deadtime)` (heartbeat/heartbeat.c). */
export function lateHeartbeats(
  sightings: readonly Sighting[],
  injectedMs: number,
): DrillResult['lateHeartbeats'] {
  return sightings.flatMap(sighting => {
    if (sighting.what !== 'heartbeat') return []
    const [, node, interval] = /Late heartbeat: Node (\S+): interval (\d+) ms/.exec(sighting.text) ?? []
    return node === undefined
      ? []
      : [{ node, atMs: Math.round(sighting.atMs - injectedMs), intervalMs: Number(interval) }]
  })
}

function scriptSays(sighting: Sighting, words: string): boolean {
  return sighting.what === 'kernel' && new RegExp(`^nfsha: \\S+ ${words} \\d+ ms`).test(sighting.text)
}

function first(
  sightings: readonly Sighting[],
  name: MomentName,
  injectedMs: number,
  is: (sighting: Sighting) => boolean,
): Moment | undefined {
  const found = sightings.find(is)
  if (found === undefined) return undefined
  const { atMs, node, uncertaintyMs } = found
  return { name, atMs: Math.round(atMs - injectedMs), host: node, uncertaintyMs }
}

function of(
  client: ClientMoments,
  name: MomentName,
  atMs: number | undefined,
  injectedMs: number,
): Moment | undefined {
  if (atMs === undefined) return undefined
  return {
    name,
    atMs: Math.round(atMs - injectedMs),
    host: client.host,
    uncertaintyMs: Math.ceil(client.uncertaintyMs),
  }
}

/**
 * nfsd's grace period on the taker. The kernel says when it begins, and when it ends before its time; that
 * its time is over shows only in v4_end_grace, which is of no meaning before.
 */
function grace(there: readonly Sighting[], injectedMs: number): readonly (Moment | undefined)[] {
  const began = first(
    there,
    'grace-began',
    injectedMs,
    each => each.what === 'kernel' && /starting .*grace period|skipping NFSv4 grace/.test(each.text),
  )
  if (began === undefined) return []
  const since = there.filter(({ atMs }) => atMs - injectedMs >= began.atMs)
  const ended = first(since, 'grace-ended', injectedMs, each =>
    each.what === 'kernel'
      ? /ending NFSv4 grace period|skipping NFSv4 grace/.test(each.text)
      : each.what === 'grace' && each.isOver,
  )
  return [began, ended]
}

/** When, after the healing, DRBD last came to be connected and up to date on a node. */
function redundant(sightings: readonly Sighting[], injectedMs: number, healedMs: number): Moment | undefined {
  const found = sightings.findLast(each => each.atMs >= healedMs && hasTwoCopies(each) === true)
  return found === undefined
    ? undefined
    : {
        name: 'redundant',
        atMs: Math.round(found.atMs - injectedMs),
        host: found.node,
        uncertaintyMs: found.uncertaintyMs,
      }
}

/** From when on a node's DRBD lacked the other copy, until it had it again; nothing where it never did. */
export function oneCopyOf(
  sightings: readonly Sighting[],
  injectedMs: number,
  untilMs: number,
): DrillResult['oneCopy'] {
  const after = sightings.filter(({ atMs }) => atMs >= injectedMs)
  const [from, last] = [after.find(lacksCopy), after.findLast(lacksCopy)]
  if (from === undefined || last === undefined) return undefined
  const to = after.find(each => each.atMs > last.atMs && hasTwoCopies(each) === true)
  return {
    fromMs: Math.round(from.atMs - injectedMs),
    toMs: Math.round((to?.atMs ?? untilMs) - injectedMs),
    hasEnded: to !== undefined,
  }
}

function lacksCopy(sighting: Sighting): boolean {
  return hasTwoCopies(sighting) === false
}

/** Whether DRBD of all volumes was connected and up to date on both sides; undefined where it is not about that. */
function hasTwoCopies(sighting: Sighting): boolean | undefined {
  if (sighting.what !== 'drbd') return undefined
  return sighting.states.every((word, at) =>
    at % 2 === 0 ? /^(Connected|Verify[ST])$/.test(word) : word === 'UpToDate/UpToDate',
  )
}
