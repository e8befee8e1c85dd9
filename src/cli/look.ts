import type { Cluster, Host } from '../core/cluster.ts'
import type { EventSink } from '../core/event.ts'
import type { SurveyedHost } from '../executor/reach.ts'
import { openSurvey, type Survey } from '../executor/survey.ts'
import { transportFor } from './connect.ts'
import type { Io } from './io.ts'

/** Looks at all hosts of a cluster, each within its own time; a node that does not answer is asked through its peer. */
export async function lookAt(
  cluster: Cluster,
  hosts: readonly Host[],
  io: Io,
  events: EventSink,
  signal: AbortSignal,
): Promise<Survey> {
  return openSurvey({
    transport: await transportFor(io),
    hosts: hosts.map(host => surveyed(cluster, host)),
    events,
    signal,
  })
}

/** A node's other addresses are those of the links; its peer has them too. */
function surveyed({ nodes }: Cluster, host: Host): SurveyedHost {
  const peer = nodes.find(({ name }) => name !== host.name)
  if (host.kind !== 'node' || peer === undefined) return { address: host }
  const addresses = Object.values(host.links)
    .map(({ address }) => address)
    .filter(address => address !== host.ssh.host)
  return { address: host, ...(addresses.length > 0 && { detour: { through: peer, addresses } }) }
}
