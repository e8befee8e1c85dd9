import type { Cluster, Node } from '../core/cluster.ts'
import { type Diff, inSync, type Refusal, refusal, type Side } from '../core/diff.ts'
import type { Reads } from '../core/probe.ts'
import { defineStepOver, type Given } from '../core/step.ts'
import { answerTo } from '../facts/group.ts'
import { heartbeatPeer, peerActive } from '../facts/heartbeat-peer.ts'
import { hold } from '../facts/hold.ts'
import { type NfsClient, nfsClients } from '../facts/nfs-clients.ts'
import { ownFiles } from '../facts/own-files.ts'
import { evidenceOf, hasOwn, refuseUnknown } from './_remains.ts'

/** What must not stand in the way, each a look of its own, so that all of it is named at once. */
type Aspect = 'clients' | 'hold' | 'peer'

/**
 * Nobody needs the cluster any more: no client is connected, no node is held, and a node that is given
 * up as lost is not heard. Nothing is changed here.
 */
export default defineStepOver({
  id: 'destroy-ready',
  title: 'See that nobody needs it any more',
  over: (_: Cluster): readonly { key: string; item: Aspect }[] =>
    (['clients', 'hold', 'peer'] as const).map(item => ({ key: item, item })),
  reads: ({ cluster, peer }: Given<Aspect>): Reads =>
    Object.fromEntries(
      [ownFiles(cluster), nfsClients, hold, heartbeatPeer(peer.name)].map(probe => [probe.id, probe]),
    ),
  diff(given, self): Diff {
    const own = answerTo(self.facts, ownFiles(given.cluster))
    const flaw = refuseUnknown(given, { "the cluster's files": own })
    if (flaw !== undefined) return flaw
    // Without files of ours, whatever runs here is another's.
    if (!hasOwn(own, evidenceOf(given.cluster).heartbeat)) return inSync
    return flaws[given.item](given, self) ?? inSync
  },
})

type Look = (given: Given<Aspect>, self: Side<Reads, Node>) => Refusal | undefined

const flaws: Readonly<Record<Aspect, Look>> = {
  clients({ cluster, host, params }, { facts }) {
    if (params.despiteClients) return undefined
    const found = answerTo(facts, nfsClients)
    if (found.state !== 'present') return refuseUnknown({ host }, { 'who uses the NFS server': found })
    const using = found.value.clients.filter(client => !isAway(client))
    if (using.length === 0) return undefined
    const inInventory =
      cluster.clients.length === 0 ? '' : 'nfsha clients remove takes those of the inventory off; '
    return refusal(
      'clients-mounted',
      `${using.length === 1 ? 'a client uses' : `${using.length} clients use`} the exports through ${host.name}: ${using.map(nameClient).join(', ')}`,
      `${inInventory}unmount there first, then run again; with --despite-clients they are left, and hang until somebody unmounts by force (umount -f -l)`,
    )
  },

  hold({ host }, { facts }) {
    const marker = answerTo(facts, hold)
    if (marker.state !== 'present')
      return refuseUnknown({ host }, { [`whether ${host.name} is held`]: marker })
    return refusal(
      'node-held',
      `${host.name} is held (${marker.value.text})`,
      'when whoever holds it agrees: `nfsha switchover --release`; then run again',
    )
  },

  peer({ host, peer, params }, { facts }) {
    if (params.without !== peer.name) return undefined
    const said = answerTo(facts, heartbeatPeer(peer.name))
    if (said.state !== 'present' || said.value !== peerActive)
      return refuseUnknown({ host }, { [`how heartbeat sees ${peer.name}`]: said })
    return refusal(
      'lost-node-lives',
      `${peer.name} is not lost: heartbeat on ${host.name} hears it, and it would take the service over`,
      `make ${peer.name} reachable by ssh and leave --without away, or stop heartbeat there first`,
    )
  },
}

/** A client that is silent for longer than its lease: nfsd keeps only a courtesy for it. */
function isAway({ status }: NfsClient): boolean {
  return status === 'courtesy' || status === 'expirable'
}

function nameClient({ address, name }: NfsClient): string {
  return name === undefined ? address : `${address} (${name})`
}
