import { describe, expect, test } from 'vitest'
import { layoutOf } from '../../../src/report/status-page/layout.ts'
import { topologyOf } from '../../../src/report/status-page/topology.ts'
import type { ClusterStatus, NodeStatus } from '../../../src/status/status.ts'
import { volume } from '../sample-status.ts'
import { healthy, m1, m2, peerDown, splitBrain } from './sample.ts'

const withNodes = (one: NodeStatus, two: NodeStatus): ClusterStatus => ({ ...healthy, nodes: [one, two] })
const states = (status: ClusterStatus) => {
  const { nodes, wires, vip, clients } = topologyOf(status)
  return {
    nodes: nodes.map(({ state }) => state),
    wires: wires.map(({ state }) => state),
    vip: vip.state,
    clients: clients.map(({ state }) => state),
  }
}

describe('the states of what is drawn', () => {
  test('of a healthy pair are good, and the passive node waits', () => {
    expect(states(healthy)).toEqual({
      nodes: ['good', 'idle'],
      wires: ['good', 'good', 'good', 'good'],
      vip: 'good',
      clients: ['good'],
    })
  })

  test('blame no link for a dead node: what is left sees its own ends up', () => {
    expect(states(peerDown)).toEqual({
      nodes: ['good', 'bad'],
      wires: ['good', 'good', 'good', 'bad'],
      vip: 'good',
      clients: ['good'],
    })
  })

  test('of a split-brain are bad where it is one', () => {
    const { nodes, wires, vip } = states(splitBrain)
    expect({ nodes, wires, vip }).toEqual({
      nodes: ['warn', 'warn'],
      wires: ['bad', 'bad', 'bad', 'bad'],
      vip: 'bad',
    })
    expect(topologyOf(splitBrain).clients.map(({ state }) => state)).toEqual([
      'bad',
      'unknown',
      'good',
      'good',
      'good',
      'good',
    ])
  })

  test('are unknown where nobody answered', () => {
    const silent = (node: NodeStatus): NodeStatus => ({
      ...node,
      answered: false,
      links: node.links.map(link => ({ ...link, state: 'unknown' })),
      heartbeat: { state: 'unknown', links: [] },
      volumes: [{ ...volume, role: 'unknown', connection: 'unknown' }],
      vips: [{ address: '10.0.1.219' }],
    })
    const { wires, vip } = states(withNodes(silent(m1), silent(m2)))
    expect(new Set([...wires, vip])).toEqual(new Set(['unknown']))
  })

  test('say that the VIP is nowhere', () => {
    const { vip } = topologyOf(withNodes({ ...m1, vips: m2.vips }, m2))
    expect(vip).toEqual({ lines: ['10.0.1.219', 'on no node'], state: 'bad', holders: [] })
  })
})

describe('a link', () => {
  const linkOf = (one: NodeStatus, two: NodeStatus) => topologyOf(withNodes(one, two)).wires[1]
  const em2Down = m1.links.map(link => (link.name === 'em2' ? { ...link, state: 'down' as const } : link))
  const em2Silent = {
    ...m2.heartbeat,
    links: m2.heartbeat.links.map(link => (link.medium === 'em2' ? { ...link, up: false } : link)),
  }
  test.each([
    ['down at one end', { ...m1, links: em2Down }, m2, 'down on m1'],
    ['silent though both ends are up', m1, { ...m2, heartbeat: em2Silent }, 'm2 hears nothing'],
    ['both', { ...m1, links: em2Down }, { ...m2, heartbeat: em2Silent }, 'down on m1, m2 hears nothing'],
  ])('%s', (_name, one, two, about) => {
    expect(linkOf(one, two)).toMatchObject({ name: 'em2', state: 'bad', about })
  })

  test('has the roles of the inventory where it works', () => {
    expect(linkOf(m1, m2)).toMatchObject({ state: 'good', about: 'heartbeat' })
  })
})

describe('replication', () => {
  const wireOf = (one: Partial<typeof volume>, two: Partial<typeof volume>) =>
    topologyOf(
      withNodes(
        { ...m1, volumes: [{ ...volume, ...one }] },
        { ...m2, volumes: [{ ...volume, role: 'Secondary', ...two }] },
      ),
    ).wires.at(-1)
  const sync = { percent: 43, kibPerSecond: 9000, finish: '0:01:00', outOfSyncKib: 4096 }
  test.each([
    ['connected', {}, {}, { state: 'good', about: 'Connected', flow: 'right' }],
    ['the other way', { role: 'Secondary' }, { role: 'Primary' }, { state: 'good', flow: 'left' }],
    [
      'syncing',
      { connection: 'SyncSource', sync },
      { connection: 'SyncTarget', sync },
      { state: 'warn', about: 'syncing, 43 %' },
    ],
    [
      'parted',
      { connection: 'StandAlone' },
      { connection: 'WFConnection' },
      { state: 'bad', about: 'StandAlone' },
    ],
    ['two primaries', {}, { role: 'Primary' }, { state: 'bad', about: 'both Primary' }],
  ])('%s', (_name, one, two, expected) => {
    expect(wireOf(one, two)).toMatchObject(expected)
  })

  test('has no direction without a primary', () => {
    expect(wireOf({ role: 'Secondary' }, {})).not.toHaveProperty('flow')
  })
})

describe('the layout', () => {
  const rooms = [
    { width: 328, isNarrow: true },
    { width: 800, isNarrow: false },
  ]
  test.each(rooms)('stays inside $width pixels, and no box lies on another', room => {
    for (const status of [healthy, peerDown, splitBrain]) {
      const { boxes, height } = layoutOf(topologyOf(status), room)
      for (const { x1, x2, y1, y2 } of boxes) {
        expect(Math.min(x1, y1)).toBeGreaterThanOrEqual(0)
        expect(x2).toBeLessThanOrEqual(room.width)
        expect(y2).toBeLessThanOrEqual(height)
      }
      const overlapping = boxes.flatMap((one, i) =>
        boxes
          .slice(i + 1)
          .filter(two => one.x1 < two.x2 && two.x1 < one.x2 && one.y1 < two.y2 && two.y1 < one.y2),
      )
      expect(overlapping).toEqual([])
    }
  })

  test('counts the clients that have no place, by the worst of them', () => {
    const places = layoutOf(topologyOf(splitBrain), { width: 328, isNarrow: true }).boxes.slice(3)
    expect(places.map(({ title, state }) => [title, state])).toEqual([
      ['c1', 'bad'],
      ['and 5 more', 'unknown'],
    ])
  })
})
