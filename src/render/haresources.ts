import type { Cluster, Vip, Volume } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import { fitsHaresources } from '../core/spelling.ts'
import { linkEnd } from './heartbeat.ts'
import type { View } from './view.ts'

/** haresources: the preferred node and the group; the same bytes on both nodes. */
export const haresourcesView: View = ({ cluster }) => ({
  preferred: cluster.preferredNode,
  resources: (cluster.group === 'lean' ? [ourScript(cluster)] : standardChain(cluster)).join(' '),
})

function ourScript(cluster: Cluster): string {
  return `nfsha::${cluster.name}`
}

/**
 * The articles' chain of agents, in heartbeat's order of starting. DRBD comes first so that a node
 * that cannot promote never gets the address; the VIP comes last unless a drill wants it first.
 */
function standardChain(cluster: Cluster): readonly string[] {
  const data = [
    ...cluster.volumes.map(({ name }) => `drbddisk::${name}`),
    ...cluster.volumes.map(filesystem),
    ourScript(cluster),
  ]
  const addresses = cluster.vips.map(vip => address(cluster, vip))
  return cluster.nfs.vipLast ? [...data, ...addresses] : [...addresses, ...data]
}

function filesystem({ device, mountPoint, fsType, mountOptions, name }: Volume): string {
  const words = [device, mountPoint, fsType, ...(mountOptions.length > 0 ? [mountOptions.join(',')] : [])]
  if (!words.every(fitsHaresources))
    throw new NfshaError(
      'preflight',
      `the mount point or options of volume ${name} cannot stand in haresources: ${mountPoint}`,
      'use a path without white space, "::" and "#", or `group: lean`, whose script takes any',
    )
  return ['Filesystem', ...words].join('::')
}

/** IPaddr2 finds the NIC by the route when it is not the same on both nodes. */
function address(cluster: Cluster, vip: Vip): string {
  const nics = new Set(cluster.nodes.map(node => linkEnd(node, vip.link).nic))
  return `IPaddr2::${[vip.address, vip.prefix, ...(nics.size === 1 ? nics : [])].join('/')}`
}
