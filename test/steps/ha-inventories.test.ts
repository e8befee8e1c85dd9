import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { absent, type Facts, present } from '../../src/core/fact.ts'
import type { AnyStep } from '../../src/core/step.ts'
import { heartbeat, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { diffInstance, expectedOf, overlay } from '../../src/planner/evaluate.ts'
import { instancesOf, peerNameOf, probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import authkeys from '../../src/steps/authkeys.ts'
import exports from '../../src/steps/exports.ts'
import haCf from '../../src/steps/ha-cf.ts'
import haresources from '../../src/steps/haresources.ts'
import heartbeatStart from '../../src/steps/heartbeat-start.ts'
import heartbeatUnit from '../../src/steps/heartbeat-unit.ts'
import nfsConfig from '../../src/steps/nfs-config.ts'
import resourceScript from '../../src/steps/resource-script.ts'
import serving from '../../src/steps/serving.ts'
import verifyVip from '../../src/steps/verify-vip.ts'
import { loadExample } from '../fixtures/cluster.ts'
import { contextOf, idle } from './ha-fixture.ts'

const steps: readonly AnyStep[] = [
  nfsConfig,
  exports,
  resourceScript,
  haCf,
  authkeys,
  haresources,
  heartbeatUnit,
  heartbeatStart,
  serving,
  verifyVip,
]

const inventories = [
  'm1-m2',
  'single-nic',
  'lab',
  'lab-single-nic',
  'article-001-faithful',
  'article-003-faithful',
]

/** Packages are installed and DRBD is connected; nothing of ours is there yet. */
function beforeUs(cluster: Cluster): Facts {
  const { paths, units } = cluster.platform
  const asked = probesByHost(instancesOf(cluster, steps), contextOf(cluster))
  const known = [
    ...idle(cluster),
    [heartbeat(paths), present(heartbeatStopped)] as const,
    ...Object.values(units).map(name => [unit(name), unitFromPackage(false)] as const),
  ]
  return Object.fromEntries(
    Object.entries(asked).map(([host, probes]) => [
      host,
      Object.fromEntries([
        ...probes.map(probe => [probe.id, absent()] as const),
        ...known.map(([probe, fact]) => [probe.id, fact] as const),
      ]),
    ]),
  )
}

function afterUs(cluster: Cluster): Facts {
  const context = contextOf(cluster)
  return instancesOf(cluster, steps).reduce(
    (facts, instance) =>
      diffInstance(instance, facts, context).reduce(
        (laid, { host, diff }) => overlay(laid, host, peerNameOf(cluster, host), expectedOf(diff)),
        facts,
      ),
    beforeUs(cluster),
  )
}

describe.each(inventories)('%s', name => {
  it('is planned whole from nothing, without a refusal', async () => {
    const { cluster } = await loadExample(name)
    const instances = instancesOf(cluster, steps)
    const plan = makePlan({ ...contextOf(cluster), playbook: 'test', instances, facts: beforeUs(cluster) })
    expect(plan.counts).toMatchObject({ refusal: 0, destructive: 0, disruptive: 0 })
    expect(plan.counts.change).toBeGreaterThan(15)
  })

  it('has nothing left to do once that is done, after a journey through JSON', async () => {
    const { cluster } = await loadExample(name)
    const facts = JSON.parse(JSON.stringify(afterUs(cluster))) as Facts
    const instances = instancesOf(cluster, steps)
    const { counts } = makePlan({ ...contextOf(cluster), playbook: 'test', instances, facts })
    expect(counts).toMatchObject({ change: 0, wait: 0, refusal: 0 })
  })
})
