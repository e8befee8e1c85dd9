import { expect, it } from 'vitest'
import { deviceConcerns } from '../../src/status/device-concerns.ts'
import type { DeviceCost } from '../../src/status/status.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { m1, m2, volume } from '../report/sample-status.ts'

const cluster = exampleCluster()

const cost = (device: string, writeMs?: number, slow?: string): DeviceCost => ({
  device,
  requestMs: 5,
  ...(writeMs !== undefined && { writeMs }),
  ...(slow !== undefined && { slow }),
})

/** The concerns of a pair of which m1 serves. */
function concernsAbout(first: readonly DeviceCost[], second?: readonly DeviceCost[]) {
  const on = (devices: readonly DeviceCost[] | undefined) => [
    { ...volume, ...(devices !== undefined && { devices }) },
  ]
  const nodes = [
    { ...m1, volumes: on(first) },
    { ...m2, volumes: on(second) },
  ]
  return deviceConcerns(cluster, nodes, 'm1').map(({ host, text }) => `${host}: ${text}`)
}

const why = '250 ms of work for each request'

it.each([
  ['both disks and the link are quick', [cost('drbd0', 20), cost('vdb', 8)], [cost('vdb', 9)], []],
  [
    "the passive node's disk is slow",
    [cost('drbd0', 700), cost('vdb', 8)],
    [cost('vdc', 300, why)],
    [`m2: the disk vdc of data is slow, and so is every write: ${why}`],
  ],
  [
    'both disks are slow',
    [cost('drbd0', 700), cost('vdb', 300, why)],
    [cost('vdb', 300, why)],
    ['m1', 'm2'].map(node => `${node}: the disk vdb of data is slow, and so is every write: ${why}`),
  ],
  [
    'neither disk takes what a write takes',
    [cost('drbd0', 420), cost('vdb', 8)],
    [cost('vdb', 9)],
    ['m1: a write to data takes 420 ms, and neither disk does: the link between the nodes takes the rest'],
  ],
  [
    'the disks are busy, and a write goes to each twice',
    [cost('drbd0', 420), cost('vdb', 180)],
    [cost('vdb', 170)],
    [],
  ],
  ['what the other disk takes is not known', [cost('drbd0', 420), cost('vdb', 8)], undefined, []],
  ['nobody wrote', [cost('vdb')], [cost('vdb')], []],
] as const)('%s', (_case, first, second, concerns) => {
  expect(concernsAbout(first, second)).toEqual(concerns)
})
