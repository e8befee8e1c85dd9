import { afterEach, describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { createWorld, type DiskCounters, diskstats, type World } from './world.ts'

const example = exampleCluster()
const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.end()
})

/** A node whose disk, from the second look on, does in each interval of 5 s what `each` says. */
function nodeWhose(each: DiskCounters, until = 20, drbd0?: DiskCounters): World {
  const node = createWorld(exampleCluster({ monitor: { ...example.monitor, failures: 2 } }))
  worlds.push(node)
  const times = (counters: DiskCounters, n: number) => ({
    writes: counters.writes * n,
    waited: counters.waited * n,
    flying: counters.flying,
    busy: counters.busy * n,
  })
  for (let look = 1; look <= until; look++)
    node.after(
      look,
      `cat >proc/diskstats <<END\n${diskstats(times(each, look), drbd0 && times(drbd0, look))}END`,
    )
  return node
}

const told = (journal: readonly string[]) =>
  journal.flatMap(line => /event=(slow-disk\S*).*text="([^"]*)"/.exec(line)?.slice(1, 3) ?? [])

describe('what a disk costs', () => {
  it('is in the state, for status, and for Prometheus', async () => {
    const node = nodeWhose({ writes: 50, waited: 600, flying: 0, busy: 400 }, 6, {
      writes: 20,
      waited: 500,
      flying: 0,
      busy: 500,
    })
    await node.watch(6)
    const devices = node.state(5).devices
    expect(devices).toEqual([
      { volume: 'data', device: 'drbd0', requests: 80, writeMs: 25, requestMs: 25, slow: '' },
      { volume: 'data', device: 'sdb', requests: 200, writeMs: 12, requestMs: 8, slow: '' },
    ])
    const text = node.read('run/nfsha/monitor/nfsha.prom')
    const labels = 'cluster="m1-m2",node="M1.redhat.sx",volume="data"'
    expect(text).toContain(`nfsha_device_write_seconds{${labels},device="drbd0"} 0.025\n`)
    expect(text).toContain(`nfsha_device_slow{${labels},device="sdb"} 0\n`)
  })

  it('is of the last half minute: the window goes with the time', async () => {
    const node = nodeWhose({ writes: 10, waited: 10, flying: 0, busy: 10 }, 10)
    await node.watch(10)
    const requests = [7, 8, 9, 10].map(look => node.state(look).devices?.[0]?.requests)
    expect(requests).toEqual([60, 40, 50, 60])
  })

  it('is not known where DRBD has no disk, and begins anew with a disk that was put in', async () => {
    const node = nodeWhose({ writes: 50, waited: 600, flying: 0, busy: 400 }, 9)
    node.after(4, `cat >proc/diskstats <<END\n${diskstats()}END`)
    node.after(7, 'rmdir sys/block/drbd0/slaves/sdb')
    await node.watch(8)
    expect(node.state(5).devices).toEqual([
      { volume: 'data', device: 'sdb', requests: 0, requestMs: 0, slow: '' },
    ])
    expect(node.state(8).devices).toEqual([])
  })
})

describe('a disk is', () => {
  it.each([
    [
      'slow, though it does all that it is given',
      { writes: 20, waited: 5000, flying: 1, busy: 5000 },
      '250 ms of work for each request',
    ],
    [
      'slow, with a queue that grows',
      { writes: 4, waited: 40_000, flying: 60, busy: 5000 },
      '1250 ms of work for each request',
    ],
    [
      'slow, when none of its requests ends',
      { writes: 0, waited: 0, flying: 2, busy: 0 },
      'no request has ended for',
    ],
  ])('%s', async (_case, each, why) => {
    const node = nodeWhose(each)
    const [event, text] = told(await node.watch(8))
    expect(event).toBe('slow-disk')
    expect(text).toContain(`the disk sdb of data is slow here, and so is every write: ${why}`)
    expect(node.state(7).notices).toMatchObject([{ id: 'slow-disk', priority: 3 }])
    expect(node.state(7).health).toBe('well')
  })

  it.each([
    ['as quick as a disk that turns', { writes: 400, waited: 20_000, flying: 4, busy: 5000 }],
    [
      'busy, with so many requests that each waits for seconds',
      { writes: 600, waited: 900_000, flying: 128, busy: 5000 },
    ],
    ['at rest, but for one that took long', { writes: 0, waited: 0, flying: 0, busy: 0 }],
    ['idle, with a request that has just come', { writes: 1, waited: 90, flying: 1, busy: 90 }],
  ])('not slow when it is %s', async (_case, each) => {
    const node = nodeWhose(each)
    expect(told(await node.watch(8))).toEqual([])
  })

  it('slow no more once it is well', async () => {
    const node = nodeWhose({ writes: 20, waited: 5000, flying: 0, busy: 5000 }, 4)
    node.after(
      5,
      `cat >proc/diskstats <<END\n${diskstats({ writes: 2000, waited: 24_000, flying: 0, busy: 24_000 })}END`,
    )
    const journal = await node.watch(7)
    expect(told(journal).filter((_, i) => i % 2 === 0)).toEqual(['slow-disk', 'slow-disk-over'])
  })

  it('of no concern on a node that is held', async () => {
    const node = nodeWhose({ writes: 4, waited: 5000, flying: 1, busy: 5000 })
    node.write('var/lib/nfsha/hold', 'by ada\n')
    expect(told(await node.watch(6))).toEqual([])
  })
})
