import { type Cluster, type Node, peerOf } from '../core/cluster.ts'
import { type Facts, unknown } from '../core/fact.ts'
import type { Answers, Probe, Reads } from '../core/probe.ts'
import type { Check, CheckResult, Subject } from './check.ts'
import { clockSkew, timeSync } from './clock.ts'
import { devices } from './devices.ts'
import { disks } from './disks.ts'
import { kerberos, netgroups } from './export-clients.ts'
import { fenceDevices, witnesses } from './fencing.ts'
import { addresses, links, reachability } from './links.ts'
import { names } from './names.ts'
import { networkTool } from './network-tool.ts'
import { heartbeatIdentity, nodeName, platform, root } from './node.ts'
import { firewallOpen, ports } from './ports.ts'
import { unreachable } from './reachable.ts'
import { confinement, nfsAtBoot, otherCluster } from './rivals.ts'
import { modules, packagesAvailable, upgrades } from './software.ts'
import { vipName } from './vip-name.ts'

/** All checks, in reading order: who it is, the network, disks, software, what is in the way. */
const checks: readonly Check[] = [
  nodeName,
  platform,
  root,
  names,
  vipName,
  links,
  reachability,
  addresses,
  networkTool,
  witnesses,
  fenceDevices,
  disks,
  devices,
  modules,
  packagesAvailable,
  clockSkew,
  timeSync,
  ports,
  firewallOpen,
  confinement,
  kerberos,
  netgroups,
  nfsAtBoot,
  upgrades,
  otherCluster,
  heartbeatIdentity,
]

/** Checks whose matter the steps refuse by themselves, more exactly and knowing what was consented to. */
export const coveredBySteps: ReadonlySet<string> = new Set(['disk', 'module', 'packages'])

/** What `evaluate` needs to know, by node name. */
export function preflightProbes(cluster: Cluster): Readonly<Record<string, readonly Probe<unknown>[]>> {
  return Object.fromEntries(
    cluster.nodes.map(node => {
      const probes = checks.flatMap(check => Object.values(check.reads(subjectOf(cluster, node))))
      return [node.name, [...new Map(probes.map(probe => [probe.id, probe])).values()]]
    }),
  )
}

/** Every check of every node, on these facts. */
export function evaluate(cluster: Cluster, facts: Facts): readonly CheckResult[] {
  return cluster.nodes.flatMap(node => {
    const silent = unreachable(node, facts[node.name] ?? {})
    if (silent !== undefined) return [silent]
    const subject = subjectOf(cluster, node)
    return checks.flatMap(check =>
      check
        .look(
          subject,
          answersOf(check, subject, facts),
          answersOf(check, subjectOf(cluster, subject.peer), facts),
        )
        .map(finding => ({ node: node.name, check: check.id, ...finding })),
    )
  })
}

function subjectOf(cluster: Cluster, node: Node): Subject {
  return { cluster, node, peer: peerOf(cluster, node.name) }
}

function answersOf(check: Check, subject: Subject, facts: Facts): Answers<Reads> {
  const known = facts[subject.node.name] ?? {}
  return Object.fromEntries(
    Object.entries(check.reads(subject)).map(([name, { id }]) => [
      name,
      known[id] ?? unknown(`${id} was not read`),
    ]),
  ) as Answers<Reads>
}
