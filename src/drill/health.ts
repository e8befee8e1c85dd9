import type { Cluster } from '../core/cluster.ts'
import type { NfshaError } from '../core/error.ts'
import { syncText } from '../core/sync-text.ts'
import { gather } from '../executor/gather.ts'
import { asNfshaError, type OpenHosts } from '../executor/hosts.ts'
import type { Session } from '../executor/session.ts'
import { evaluateStatus } from '../status/evaluate.ts'
import { statusProbes } from '../status/probes.ts'
import type { ClusterStatus } from '../status/status.ts'
import type { Link } from './link.ts'

/** How the pair is now, as `nfsha status` judges it, over links that may have to connect again. */
export async function statusOf(cluster: Cluster, links: readonly Link[]): Promise<ClusterStatus> {
  const hosts = await openNow(links)
  const probes = statusProbes(cluster)
  const asked = links.map(({ host }) => [host, probes[host] ?? []] as const)
  const facts = await gather(hosts, Object.fromEntries(asked))
  return evaluateStatus(cluster, facts)
}

/** What keeps the pair from being healthy, in words; empty when it is. */
export function ailments({ verdict, reason, concerns }: ClusterStatus): readonly string[] {
  if (verdict === 'healthy') return []
  const texts = concerns.map(({ host, text }) => (host === undefined ? text : `${host}: ${text}`))
  return texts.length === 0 ? [reason] : texts
}

/** How far DRBD is with bringing the volumes together, as the node that is ahead tells it. */
export function resyncs({ nodes }: ClusterStatus): readonly string[] {
  const [known = []] = nodes
    .map(({ volumes }) => volumes.flatMap(({ name, sync }) => (sync ? [`${name}: ${syncText(sync)}`] : [])))
    .toSorted((one, other) => other.length - one.length)
  return known
}

async function openNow(links: readonly Link[]): Promise<OpenHosts> {
  const sessions = new Map<string, Session>()
  const failures = new Map<string, NfshaError>()
  await Promise.all(
    links.map(async link => {
      try {
        sessions.set(link.host, await link.session())
      } catch (error) {
        failures.set(link.host, asNfshaError(error, link.host))
        await link.close()
      }
    }),
  )
  const byHost = new Map(links.map(link => [link.host, link]))
  return {
    sessions,
    failures,
    roundTrips: () => 0,
    exchange: work => work(),
    lose: (host, error) => {
      sessions.delete(host)
      failures.set(host, error)
      void byHost.get(host)?.close()
    },
    reopen: host => {
      const link = byHost.get(host)
      if (link === undefined) throw new TypeError(`there is no link to ${host}`)
      return link.close().then(() => link.session())
    },
    close: async () => undefined,
  }
}
