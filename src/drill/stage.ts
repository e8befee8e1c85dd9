import type { Cluster, Node } from '../core/cluster.ts'
import { peerOf } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import type { HostAddress, Transport } from '../core/transport.ts'
import type { Session } from '../executor/session.ts'
import type { Machines, Scene } from './fault.ts'
import { ailments, statusOf } from './health.ts'
import { type Link, linkTo } from './link.ts'
import { type Observer, observe } from './observer.ts'
import { runPath } from './program.ts'
import { clearClient, clearServer, type NfsVersion } from './workload.ts'

/** What a stage is set with. */
export interface StageRequest {
  readonly cluster: Cluster
  readonly runId: string
  readonly versions: readonly NfsVersion[]
  readonly client: HostAddress
  readonly transport: Transport
  /** Sessions that are open already, by host: they hold the run's lock. */
  readonly sessions: ReadonlyMap<string, Session>
  /** Absent on real nodes. */
  readonly machines?: Machines
  readonly now: () => number
}

/** The hosts of a drill: links to them, observers, and who serves. */
export interface Stage {
  readonly active: Node
  readonly passive: Node
  readonly client: Link
  /** Carries the words of the client's program. */
  readonly channel: Link
  /** To the nodes, in the cluster's order. */
  readonly nodes: readonly Link[]
  readonly observers: readonly Observer[]
  readonly scene: Scene
  linkTo(node: string): Link
  /** Removes all that the drill made, and hangs up. Never throws. */
  clear(): Promise<void>
}

/** A NFS takeover that is long under way is over after this; what takes longer does not come. */
export const takeoverLimitMs = 240_000

/**
 * Looks how the pair is, and makes ready to break it. Errors: `refused` when it is not healthy, and what
 * the hosts throw. What heals and clears must work after an interrupt too, so nothing here listens to one.
 */
export async function setStage(request: StageRequest, limitSeconds: number): Promise<Stage> {
  const { cluster, runId, versions, transport, sessions, now } = request
  const never = new AbortController().signal
  const hosts = [...cluster.nodes, request.client]
  const links = new Map(
    hosts.map(each => [each.name, linkTo(transport, each, never, sessions.get(each.name))]),
  )
  const channels = new Map(hosts.map(each => [each.name, linkTo(transport, each, never)]))
  const nodes = cluster.nodes.map(({ name }) => named(links, name))
  const client = named(links, request.client.name)
  const active = await activeNode(cluster, nodes)
  const passive = peerOf(cluster, active.name)
  return {
    ...{ active, passive, client, nodes },
    channel: named(channels, client.host),
    observers: nodes.map(control =>
      observe({ cluster, runId, control, channel: named(channels, control.host), limitSeconds, now }),
    ),
    scene: sceneOf(request, name => named(links, name), active, passive),
    linkTo: name => named(links, name),
    clear: async () => {
      await Promise.all([...channels.values()].map(each => each.close()))
      await clearClient(runId, versions, client)
      await Promise.all(
        nodes.map(async each => {
          await clearServer(cluster, runId, each)
          await each.tryAsk(`rm -rf ${runPath(runId)}`, 10_000)
        }),
      )
      await Promise.all([...links.values()].map(each => each.close()))
    },
  }
}

async function activeNode(cluster: Cluster, links: readonly Link[]): Promise<Node> {
  const status = await statusOf(cluster, links)
  const active = cluster.nodes.find(({ name }) => name === status.active)
  if (status.verdict === 'healthy' && active !== undefined) return active
  throw new NfshaError(
    'refused',
    `the pair is not healthy, so a drill would prove nothing: ${ailments(status).join('; ')}`,
    status.next ?? 'see `nfsha status`',
  )
}

function sceneOf(
  { cluster, runId, machines }: StageRequest,
  linkOf: (node: string) => Link,
  active: Node,
  passive: Node,
): Scene {
  return {
    ...{ cluster, active, passive, directory: runPath(runId) },
    ...(machines && { machines }),
    // Long enough for heartbeat to be sure, and for a takeover to run into the open.
    lastsMs: cluster.heartbeat.deadtimeMs * 2 + 15_000,
    run: (node, script) => linkOf(node.name).ask(script, 60_000),
    tryRun: (node, script) => linkOf(node.name).tryAsk(script, 60_000),
    fire: async (node, script) => {
      // In a session of its own, so that it outlives the link that it may take away.
      await linkOf(node.name).tryAsk(`setsid sh -c ${quote(script)} >/dev/null 2>&1 </dev/null &`, 10_000)
    },
  }
}

function named(links: ReadonlyMap<string, Link>, name: string): Link {
  const found = links.get(name)
  if (found === undefined) throw new TypeError(`there is no link to ${name}`)
  return found
}
