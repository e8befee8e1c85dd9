import type { Cluster, Node } from '../core/cluster.ts'
import { Secret } from '../core/secret.ts'
import { platforms } from '../platforms/registry.ts'
import { buildFencing } from './build-fencing.ts'
import {
  buildClients,
  buildHosts,
  buildLinks,
  buildNode,
  buildRoutes,
  buildVip,
  type Surroundings,
} from './build-hosts.ts'
import { buildDrbd, buildHeartbeat, buildMonitor, buildNfs, buildPackages } from './build-settings.ts'
import { buildExports, buildVolumes } from './build-storage.ts'
import type { Inventory } from './schema.ts'

/** What `buildCluster` needs beside the inventory. */
export interface ClusterSurroundings extends Surroundings {
  /** The salt when no reference names one: random, for this run only. */
  readonly ephemeralSalt: Secret
  /** Every secret of the inventory. */
  readonly secrets: readonly Secret[]
}

/**
 * What an inventory means. Pure; expects that `checkReferences` found nothing, so every name leads
 * somewhere. The result is frozen through and through.
 */
export function buildCluster(inventory: Inventory, around: ClusterSurroundings): Cluster {
  const platform = platforms[inventory.platform]
  const nodes = pairOf(Object.keys(inventory.nodes).map(name => buildNode(inventory, name, around)))
  const [first, second] = nodes
  const links = buildLinks(inventory)
  const volumes = buildVolumes(inventory)
  const salt = around.secretOf('salt')
  return deepFreeze({
    name: inventory.cluster,
    platform,
    nodes,
    preferredNode: inventory.preferred ?? first.name,
    clients: buildClients(inventory, around),
    links,
    vips: inventory.vips.map(vip => buildVip(vip, first, links)),
    volumes,
    exports: buildExports(inventory, volumes),
    group: inventory.group,
    heartbeat: buildHeartbeat(inventory, around),
    drbd: buildDrbd(inventory, around),
    fencing: buildFencing(inventory, around),
    nfs: buildNfs(inventory),
    monitor: buildMonitor(inventory, around),
    hostRoutes: {
      [first.name]: buildRoutes(inventory, links, first, second),
      [second.name]: buildRoutes(inventory, links, second, first),
    },
    hostsEntries: buildHosts(inventory, nodes, links),
    timeSync: { kind: inventory.time.sync, servers: inventory.time.servers },
    packages: buildPackages(inventory, platform),
    secrets: {
      salt: salt ?? around.ephemeralSalt,
      saltIsEphemeral: salt === undefined,
      all: around.secrets,
    },
  })
}

function pairOf(nodes: readonly (Node | undefined)[]): readonly [Node, Node] {
  const [first, second] = nodes
  if (first === undefined || second === undefined) throw new TypeError('a cluster has two nodes')
  return [first, second]
}

/** Freezes plain data all the way down; a Secret is frozen by itself. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Secret) && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const each of Object.values(value)) deepFreeze(each)
  }
  return value
}
