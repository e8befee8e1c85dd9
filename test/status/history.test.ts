import { expect, test } from 'vitest'
import { present } from '../../src/core/fact.ts'
import { type GroupTurn, groupHistory } from '../../src/facts/group-history.ts'
import { lastFailover } from '../../src/status/history.ts'
import { loadExample } from '../fixtures/cluster.ts'

const { cluster } = await loadExample('lab')
const [m1, m2] = cluster.nodes.map(({ name }) => name)
const [volume] = cluster.volumes
if (volume === undefined || m1 === undefined || m2 === undefined) throw new Error('the lab has all of these')
const { id } = groupHistory(cluster.name, volume.name)

const start: GroupTurn = { verb: 'start', agoMs: 100_000, tookMs: 2200, phases: [] }
const phase = (name: string, ms: number) => ({ name, ms, failed: false })
const stop: GroupTurn = {
  ...{ verb: 'stop', agoMs: 104_000, tookMs: 61_000 },
  phases: [phase('flush', 1000), phase('vip', 500), phase('nfsd', 58_000), phase('unmount', 1500)],
}

/** m1 took over from m2, which remembers this. */
function moveAfter(turn: GroupTurn, state = 'released') {
  return lastFailover(cluster, {
    [m1 as string]: {
      [id]: present({ turn: start, record: { state: 'active', generation: 5, agoMs: 100_000 } }),
    },
    [m2 as string]: { [id]: present({ turn, record: { state, generation: 4, agoMs: 104_000 } }) },
  })
}

test('a planned move has both parts, and what clients waited from when the VIP went', () => {
  const found = moveAfter(stop)
  expect(found).toMatchObject({ node: m1, kind: 'planned', tookMs: 2200 })
  expect(found?.move).toMatchObject({
    ...{ gaveUpMs: 61_000, longest: { part: 'nfsd', tookMs: 58_000 }, waitedMs: 64_000 },
    predicted: [1, 10],
  })
})

test.each([
  ['the other node was not told to', stop, 'active'],
  ['its last turn was a start', { ...stop, verb: 'start' as const }, 'released'],
  ['its stop was of another move', { ...stop, agoMs: 900_000 }, 'released'],
  ['its stop came after', { ...stop, agoMs: 50_000 }, 'released'],
])('nothing is said of a move where %s', (_, turn, state) => {
  expect(moveAfter(turn, state)?.move).toBeUndefined()
})
