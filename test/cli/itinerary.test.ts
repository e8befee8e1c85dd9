import { describe, expect, test } from 'vitest'
import { itineraryFor } from '../../src/cli/itinerary.ts'
import { absent, type Facts, present, unknown } from '../../src/core/fact.ts'
import { hold } from '../../src/facts/hold.ts'
import { bootId } from '../../src/facts/maintenance.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2 } from '../steps/ha-fixture.ts'

const cluster = exampleCluster()
const boots: Readonly<Record<string, string>> = {
  [m1]: '11111111-1111-1111-1111-111111111111',
  [m2]: '22222222-2222-2222-2222-222222222222',
}

function facts(one: Known, two: Known): Facts {
  const of = (host: string, known: Known) =>
    Object.fromEntries([
      [hold.id, absent()],
      ['nfs-server', absent()],
      ...cluster.volumes.map(({ mountPoint }) => [`mount:${mountPoint}`, absent()]),
      [bootId.id, present(boots[host])],
      ...known.map(([probe, fact]) => [probe.id, fact]),
    ])
  return { [m1]: of(m1, one), [m2]: of(m2, two) }
}

const held = (text: string) => known(hold, present({ text }))
const passive = idle(cluster, { peerRole: 'Primary' })
const turns = (given: Facts, only?: string) =>
  itineraryFor(cluster, given, only).turns.map(({ node, to, marker }) => [node, to, marker !== undefined])

describe('a rolling maintenance', () => {
  test('begins with the passive node, and says in each marker what it needs to go on', () => {
    const { active: serving, turns: found } = itineraryFor(cluster, facts(active(), passive), undefined)
    expect(serving).toBe(m1)
    expect(found).toEqual([
      { node: m2, to: m1, reason: `maintenance (boot ${boots[m2]}; done: none)` },
      { node: m1, to: m2, reason: `maintenance (boot ${boots[m1]}; done: ${m2})` },
    ])
  })

  const broken = held(`by ann@desk since 2025: maintenance (boot ${boots[m2]}; done: none)`)
  const lastTurn = held(`by ann@desk since 2025: maintenance (boot ${boots[m1]}; done: ${m2})`)
  test.each<[string, Facts, string | undefined, unknown]>([
    ['one node only', facts(active(), passive), m1, [[m1, m2, false]]],
    [
      'the held node first',
      facts(active(), [...passive, broken]),
      undefined,
      [
        [m2, m1, true],
        [m1, m2, false],
      ],
    ],
    ['nobody twice', facts([...passive, lastTurn], active()), undefined, [[m1, m2, true]]],
  ])('takes %s', (_, given, only, expected) => {
    expect(turns(given, only)).toEqual(expected)
  })

  test.each<[string, Facts, string | undefined, RegExp]>([
    [
      'somebody else holds a node',
      facts(active(), [...passive, held('by ann: memory')]),
      undefined,
      /by ann: memory/,
    ],
    ['another node is in the middle of it', facts(active(), [...passive, broken]), m1, /is held/],
    ['no node serves', facts(idle(), idle()), undefined, /no node serves/],
    ['both act', facts(active(), active()), undefined, /both nodes act/],
    [
      'a node does not say its boot',
      facts(active(), [...passive, known(bootId, unknown('?'))]),
      undefined,
      /which boot/,
    ],
  ])('is refused when %s', (_, given, only, message) => {
    expect(() => turns(given, only)).toThrow(
      expect.objectContaining({ code: 'refused', message: expect.stringMatching(message) }),
    )
  })
})
