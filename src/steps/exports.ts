import type { Cluster, Node } from '../core/cluster.ts'
import { expects, type Refusal, refusal, type Side } from '../core/diff.ts'
import { type Fact, factValue } from '../core/fact.ts'
import type { Probe, Reads } from '../core/probe.ts'
import type { Given } from '../core/step.ts'
import { exportUsers } from '../facts/export-users.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { formerVolumes } from '../facts/former.ts'
import { answerTo } from '../facts/group.ts'
import { mountOf } from '../facts/mount.ts'
import { mountdKnows } from '../facts/mountd.ts'
import { nfsServer } from '../facts/nfs.ts'
import { nfsClients } from '../facts/nfs-clients.ts'
import { run } from './_command.ts'
import { type Loser, losersOf } from './_export-users.ts'
import { exportsTemplate, exportsWanted, rootsOf, servedAfter, staleExports } from './_exports.ts'
import { type Effect, fileStep } from './_file.ts'
import { respectHold } from './_hold.ts'

/**
 * The exports, and that the active node serves exactly these of what lies on our volumes. One that is
 * taken out of the inventory stays until no client uses it, and none takes from a client what it may do now
 * unless that was said.
 */
export default respectHold(
  fileStep<Reads>({
    id: 'exports',
    title: 'Write the exports',
    reads: ({ cluster }) => {
      const probes: readonly Probe<unknown>[] = [
        nfsServer,
        exportsServed(exportsPath(cluster)),
        exportUsers(cluster),
        nfsClients,
        mountdKnows(cluster),
        formerVolumes(cluster),
        ...rootsOf(cluster).map(mountOf),
      ]
      return Object.fromEntries(probes.map(probe => [probe.id, probe]))
    },
    files: ({ cluster, host, render }) => [
      {
        path: exportsPath(cluster),
        template: exportsTemplate,
        content: render(exportsTemplate, { cluster, node: host }),
        mode: '0644',
        owner: 'root:root',
      },
    ],
    effect: (given, self) => serveThem(given, self),
  }),
)

function serveThem(
  { cluster, host, params, render }: Given<undefined>,
  { facts }: Side<Reads, Node>,
): Effect | Refusal | undefined {
  // Where nfsd does not run, its unit exports everything when it starts.
  if (answerTo(facts, nfsServer).state !== 'present') return undefined
  const exported = exportsServed(exportsPath(cluster))
  const found = answerTo(facts, exported)
  const former = factValue(answerTo(facts, formerVolumes(cluster))) ?? []
  const roots = [...rootsOf(cluster), ...former.flatMap(({ mountedAt }) => mountedAt)]
  // The exports of a volume that is yet to be mounted come with it, when the group's script mounts it.
  const later = rootsOf(cluster).filter(root => answerTo(facts, mountOf(root)).state === 'absent')
  const wanted = exportsWanted(render(exportsTemplate, { cluster, node: host }))
  const { differing, removed, renumbered } = staleExports(roots, found, wanted, later)
  if (differing.length === 0) return undefined
  const refused = removed.length === 0 ? undefined : refuseUsed(cluster, host, facts, removed)
  if (refused !== undefined) return refused
  const served = {
    exports: found,
    clients: answerTo(facts, nfsClients),
    mountd: answerTo(facts, mountdKnows(cluster)),
  }
  const staying = differing.filter(path => !removed.includes(path))
  const losers = losersOf(cluster, served, wanted, staying)
  if ('unread' in losers) return refuseUnread(host, losers.paths, losers.unread)
  if (losers.length > 0 && !params.despiteClients) return refuseLosses(losers)
  return {
    summary: [
      ...(differing.length > removed.length
        ? [`export ${differing.filter(path => !removed.includes(path)).join(', ')} as the file says`]
        : []),
      ...(removed.length > 0 ? [`no longer export ${removed.join(', ')}`] : []),
    ].join('; '),
    // 1 also when a directory is missing (exported all the same, seen with nfs-utils 2.6.2): a later step makes it.
    actions: [run(['exportfs', '-ra'], { okCodes: [0, 1] })],
    expect: { self: [expects(exported, servedAfter(roots, found, wanted))] },
    ...noticeOf(removed, renumbered, losers),
  }
}

/** What clients notice of exports that change. */
function noticeOf(
  removed: readonly string[],
  renumbered: readonly string[],
  losers: readonly Loser[],
): Pick<Effect, 'promise' | 'risk'> {
  if (removed.length + renumbered.length + losers.length === 0)
    return { promise: 'clients go on without a break' }
  const notices = [
    ...(removed.length === 0
      ? []
      : [
          `no client has a file open below ${removed.join(', ')}; one that still has it mounted gets errors (ESTALE)`,
        ]),
    ...losers.map(({ client, loses }) => `${client} loses ${loses}, and gets errors`),
    ...(renumbered.length === 0
      ? []
      : [`another fsid: whoever has ${renumbered.join(', ')} mounted gets ESTALE and must mount it anew`]),
  ]
  return { risk: 'disruptive', promise: notices.join('; ') }
}

function refuseUnread({ name }: Node, paths: readonly string[], reason: string): Refusal {
  return refusal(
    'unknown-users',
    `whether clients use ${paths.join(', ')} could not be read on ${name}: ${reason}`,
    'see `nfsha status`, then run again; what may be in use is not taken away',
  )
}

function refuseLosses(losers: readonly Loser[]): Refusal {
  const addresses = [...new Set(losers.map(({ address }) => address))]
  return refusal(
    'permission-in-use',
    losers.map(({ client, loses }) => `${client} would lose ${loses}`).join('; '),
    `unmount it on ${addresses.join(', ')} and run again, or let them lose it with --despite-clients`,
  )
}

function refuseUsed(
  cluster: Cluster,
  host: Node,
  facts: Side<Reads, Node>['facts'],
  removed: readonly string[],
): Refusal | undefined {
  const users: Fact<readonly { path: string; clients: readonly string[] }[]> = answerTo(
    facts,
    exportUsers(cluster),
  )
  if (users.state === 'unknown') return refuseUnread(host, removed, users.reason)
  const used = (factValue(users) ?? []).filter(
    ({ path, clients }) => removed.includes(path) && clients.length > 0,
  )
  const [first] = used
  if (first === undefined) return undefined
  return refusal(
    'export-in-use',
    used.map(({ path, clients }) => `${path} is used by ${clients.join(', ')}`).join('; '),
    `on ${first.clients.join(', ')}: end what has files open there (fuser -vm) and unmount it; then run again`,
  )
}
