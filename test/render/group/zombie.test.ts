import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { bootedNode, example, guard, markText, verdict } from './worlds.ts'

const frozen = exampleCluster({ drbd: { ...example.drbd, fencing: 'resource-and-stonith' } })

/** A node that took over from a peer which then came back as Primary, and that heartbeat made give up. */
function takerBesideZombie(cluster = frozen, disks = 'UpToDate/Outdated') {
  const node = bootedNode(cluster)
  node.drbd('StandAlone', 'Secondary/Unknown', disks)
  node.write('peer', 'active\n')
  return node
}

describe('StandAlone because a peer that stood still came back', () => {
  it('serves again, and connects for a peer that comes back in order', async () => {
    const node = takerBesideZombie()
    expect(await verdict(node)).toBe('promoted')
    expect(node.calls().indexOf('drbdadm connect data')).toBeGreaterThan(-1)
    expect(node.calls().indexOf('drbdadm connect data')).toBeLessThan(
      node.calls().indexOf('drbdadm primary data'),
    )
  })

  it('connects for it as soon as heartbeat makes this node give the group up, having told of its newer data', async () => {
    const node = bootedNode(frozen)
    await node.run('m1-m2', 'start')
    node.drbd('StandAlone', 'Primary/Unknown', 'UpToDate/Outdated')
    node.forgetCalls()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(node.calls().filter(call => /^drbdadm (get-gi|secondary|connect)/.test(call))).toEqual([
      'drbdadm get-gi data',
      'drbdadm secondary data',
      'drbdadm connect data',
    ])
  })

  it('connects for it when DRBD was still about to part as this node gave the group up', async () => {
    const node = bootedNode(frozen)
    await node.run('m1-m2', 'start')
    node.drbd('StandAlone', 'Secondary/Unknown', 'UpToDate/Outdated')
    node.write('drbd-later', node.read('proc/drbd') ?? '')
    node.drbd('WFReportParams', 'Primary/Unknown', 'UpToDate/Outdated')
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(node.calls().indexOf('drbdadm connect data')).toBeGreaterThan(
      node.calls().indexOf('drbdadm secondary data'),
    )
  })

  it('connects for it, though that peer has had the newer data here called outdated', async () => {
    const node = bootedNode(frozen)
    await node.run('m1-m2', 'start')
    node.drbd('WFConnection', 'Primary/Unknown', 'UpToDate/Outdated')
    await node.run('m1-m2', 'stop')
    node.drbd('StandAlone', 'Secondary/Unknown', 'Outdated/Outdated')
    node.forgetCalls()
    await node.run('m1-m2', 'start')
    expect(node.calls()).toContain('drbdadm connect data')
    expect(node.calls()).not.toContain('drbdadm primary data')
  })

  it.each([
    ['where writes were not frozen', example, 'UpToDate/Outdated', undefined],
    ['where it was not outdated', frozen, 'UpToDate/DUnknown', undefined],
    ['in a split-brain', frozen, 'UpToDate/Outdated', 'split-brain'],
  ])('is left alone when the group is given up %s', async (_, cluster, disks, mark) => {
    const node = bootedNode(cluster)
    await node.run('m1-m2', 'start')
    node.drbd('StandAlone', 'Primary/Unknown', disks)
    if (mark !== undefined) node.write(`${guard}/data.${mark}`, '')
    await node.run('m1-m2', 'stop')
    expect(node.calls()).toContain('drbdadm secondary data')
    expect(node.calls()).not.toContain('drbdadm connect data')
  })

  it.each([
    ['its writes were not frozen', () => takerBesideZombie(example), 'guard-standalone'],
    ['it was not outdated', () => takerBesideZombie(frozen, 'UpToDate/DUnknown'), 'guard-standalone'],
    [
      'this node is the outdated one',
      () => takerBesideZombie(frozen, 'Outdated/Outdated'),
      'guard-standalone',
    ],
  ])('is refused, and not connected, when %s', async (_, make, reason) => {
    const node = make()
    expect(await verdict(node)).toBe(reason)
    expect(node.calls()).not.toContain('drbdadm connect data')
  })

  it.each([
    ['a split-brain was seen', 'split-brain', '', 'guard-split-brain', false],
    ['the peer has newer data', 'superseded', markText, 'guard-superseded', true],
  ])('is refused when %s', async (_, mark, text, reason, connects) => {
    const node = takerBesideZombie()
    node.write(`${guard}/data.${mark}`, text)
    expect(await verdict(node)).toBe(reason)
    expect(node.calls().includes('drbdadm connect data')).toBe(connects)
  })
})
