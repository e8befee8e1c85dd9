import type { Cluster, Node } from '../core/cluster.ts'
import { type Expectation, expects } from '../core/diff.ts'
import { absent, type HostFacts, present } from '../core/fact.ts'
import type { RenderTemplate } from '../core/step.ts'
import { exportsPath, exportsServed } from '../facts/exports.ts'
import { answerTo, drbdOf } from '../facts/group.ts'
import { mountedAs, mountOf } from '../facts/mount.ts'
import { nfsServer } from '../facts/nfs.ts'
import { vipsHeld } from '../facts/vip.ts'
import { exportsTemplate, exportsWanted, rootsOf, servedAfter } from './_exports.ts'
import { nfsServerWanted } from './_nfs-server.ts'

/** What is found on a node once it has the whole group. */
export function expectAll(
  cluster: Cluster,
  node: Node,
  facts: HostFacts,
  render: RenderTemplate,
): readonly Expectation[] {
  const exported = exportsServed(exportsPath(cluster))
  const wanted = exportsWanted(render(exportsTemplate, { cluster, node }))
  return [
    ...expectRoles(cluster, facts, { role: 'Primary' }),
    ...cluster.volumes.map(volume => expects(mountOf(volume.mountPoint), mountedAs(volume))),
    expects(nfsServer, present(nfsServerWanted(cluster))),
    expects(exported, servedAfter(rootsOf(cluster), answerTo(facts, exported), wanted)),
    expects(
      vipsHeld(cluster.vips),
      present(cluster.vips.map(({ address, link }) => ({ address, nic: node.links[link]?.nic ?? '' }))),
    ),
  ]
}

/** The DRBD roles on a node after the other one, or it itself, was promoted. */
export function expectRoles(
  cluster: Cluster,
  facts: HostFacts,
  roles: { readonly role?: string; readonly peerRole?: string },
): readonly Expectation[] {
  return cluster.volumes.flatMap(volume => {
    const fact = answerTo(facts, drbdOf(cluster, volume))
    if (fact.state !== 'present') return []
    return [expects(drbdOf(cluster, volume), present({ ...fact.value, ...roles }))]
  })
}

/** What is found on a node once it has nothing of the group. */
export function expectNothing(cluster: Cluster, facts: HostFacts): readonly Expectation[] {
  return [
    ...expectRoles(cluster, facts, { role: 'Secondary' }),
    ...cluster.volumes.map(volume => expects(mountOf(volume.mountPoint), absent())),
    expects(nfsServer, absent()),
    expects(vipsHeld(cluster.vips), present([])),
  ]
}
