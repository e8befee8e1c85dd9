import type { Node } from '../core/cluster.ts'
import { type Diff, expects, inSync, type Side, type Wait } from '../core/diff.ts'
import { factValue, present } from '../core/fact.ts'
import type { Reads } from '../core/probe.ts'
import { defineStep, type Given } from '../core/step.ts'
import { drbdSync } from '../facts/drbd.ts'
import { answerTo, drbdOf } from '../facts/group.ts'
import { heartbeatPeer, peerActive } from '../facts/heartbeat-peer.ts'
import { groupReads } from './_group.ts'
import { respectHold } from './_hold.ts'

/** heartbeat waits `initdead` for a peer that it has not heard since its start; a resync that moves may take hours. */
const patienceMs = 180_000

/** Each node could take over from the other: all volumes connected and UpToDate, heartbeat heard both ways. */
export default respectHold(
  defineStep({
    id: 'redundant',
    title: 'Wait until both nodes can serve',
    joint: true,
    reads: ({ cluster, peer }: Given<undefined>): Reads =>
      groupReads(
        cluster,
        heartbeatPeer(peer.name),
        ...cluster.volumes.map(volume => drbdSync(volume, cluster.platform.drbdDialect)),
      ),
    diff(given, self): Diff {
      const lacking = lacks(given, self)
      return lacking.length === 0 ? inSync : waitFor(given, self, lacking)
    },
  }),
)

/** What keeps this node from taking over, or from being taken over from. */
function lacks({ cluster, peer }: Given<undefined>, { facts }: Side<Reads, Node>): readonly string[] {
  const volumes = cluster.volumes.flatMap(volume => {
    const state = factValue(answerTo(facts, drbdOf(cluster, volume)))
    if (state === undefined) return [`${volume.name} is not up`]
    if (!/^(Connected|Verify)/.test(state.connection)) return [`${volume.name} is ${state.connection}`]
    return state.disk === 'UpToDate' ? [] : [`${volume.name} is ${state.disk}`]
  })
  const said = factValue(answerTo(facts, heartbeatPeer(peer.name)))
  return [
    ...volumes,
    ...(said === peerActive ? [] : [`heartbeat says that ${peer.name} is ${said ?? 'not known to it'}`]),
  ]
}

function waitFor(
  { cluster, peer }: Given<undefined>,
  { facts }: Side<Reads, Node>,
  lacking: readonly string[],
): Wait {
  const syncs = cluster.volumes.flatMap(
    volume => factValue(answerTo(facts, drbdSync(volume, cluster.platform.drbdDialect))) ?? [],
  )
  const [sync] = syncs
  const left = sync?.finish === undefined ? '' : `, ${sync.finish} left`
  return {
    kind: 'wait',
    summary: 'wait until this node could take over',
    noProgressMs: cluster.heartbeat.initdeadMs + patienceMs,
    progress: `${lacking.join(', ')}${sync === undefined ? '' : ` (${sync.percent} %${left})`}`,
    ...(sync === undefined ? {} : { fraction: sync.percent / 100 }),
    expect: {
      self: [
        expects(heartbeatPeer(peer.name), present(peerActive)),
        ...cluster.volumes.flatMap(volume => {
          const state = factValue(answerTo(facts, drbdOf(cluster, volume)))
          if (state === undefined) return []
          const settled = { connection: 'Connected', disk: 'UpToDate', peerDisk: 'UpToDate' }
          return [expects(drbdOf(cluster, volume), present({ ...state, ...settled }))]
        }),
      ],
    },
  }
}
