import { harmfulGapMs } from '../core/clock-gap.ts'
import type { Cluster } from '../core/cluster.ts'
import { peerOf } from '../core/cluster.ts'
import { type Facts, factValue } from '../core/fact.ts'
import { answerTo } from '../facts/group.ts'
import { clock, clockFix, clockGap, timeUnit } from '../facts/time.ts'
import { unit } from '../facts/unit.ts'
import type { Concern, NodeStatus } from './status.ts'

/** Above this little is left, and what writes next fails: locks and sockets in /run, configuration, the group's own records. */
const nearlyAll = 0.95

/** What the machine itself lacks that the service stands on: room for its own files. */
export function roomConcerns({ name, room = [] }: NodeStatus): readonly Concern[] {
  return room
    .filter(({ taken, inodesTaken }) => Math.max(taken, inodesTaken) >= nearlyAll)
    .map(({ path, taken, inodesTaken }) => ({
      host: name,
      text:
        taken >= nearlyAll
          ? `${path} is ${Math.floor(taken * 100)} % full: nfsha, heartbeat and the NFS server write there`
          : `${path} has ${Math.floor(inodesTaken * 100)} % of its inodes taken: soon no file can be made there`,
      next: `make room on ${name}: \`du -xh ${path} | sort -h | tail\`, and \`journalctl --vacuum-size=100M\``,
    }))
}

/** Clocks that are far apart, told once, and a daemon that is to keep one and does not run. */
export function clockConcerns(cluster: Cluster, facts: Facts): readonly Concern[] {
  const [first, second] = cluster.nodes
  const [one, two] = [first, second].map(({ name }) => factValue(answerTo(facts[name] ?? {}, clock)))
  const concerns = cluster.nodes.flatMap(({ name }): readonly Concern[] => {
    const daemon = timeUnit(cluster)
    if (daemon === undefined) return []
    const state = answerTo(facts[name] ?? {}, unit(daemon))
    if (state.state === 'unknown' || factValue(state)?.active === 'active') return []
    return [{ host: name, text: `${daemon} does not run: nothing keeps the clock`, next: 'nfsha deploy' }]
  })
  if (one === undefined || two === undefined) return concerns
  const { aheadMs, wrong } = clockGap(one, two)
  if (Math.abs(aheadMs) < harmfulGapMs) return concerns
  const blamed = { self: first.name, peer: second.name, either: undefined }[wrong]
  const text = `the clocks are ${spanText(Math.abs(aheadMs))} apart`
  return [
    {
      ...(blamed !== undefined && { host: blamed }),
      text: blamed === undefined ? text : `${text}, and this one is not synchronised`,
      next: clockFix(cluster, blamed),
    },
    ...concerns,
  ]
}

/** A clock that is not synchronised may be so in a minute: worth knowing, until both are apart. */
export function clockNotes(cluster: Cluster, nodes: readonly NodeStatus[]): readonly string[] {
  if (cluster.timeSync.kind === 'unmanaged') return []
  return nodes
    .filter(({ clock }) => clock?.isSynchronised === false)
    .map(({ name }) => `${name}: the clock is not synchronised; \`nfsha check\` says where to look`)
}

/** A node's clock beside the other one's. */
export function clockOf(cluster: Cluster, name: string, facts: Facts): NodeStatus['clock'] {
  const own = factValue(answerTo(facts[name] ?? {}, clock))
  if (own === undefined) return undefined
  const other = factValue(answerTo(facts[peerOf(cluster, name).name] ?? {}, clock))
  return {
    ...(own.isSynchronised !== undefined && { isSynchronised: own.isSynchronised }),
    ...(other !== undefined && { aheadMs: clockGap(own, other).aheadMs }),
  }
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 3600 ? `${seconds} s` : `${(seconds / 3600).toFixed(1)} h`
}
