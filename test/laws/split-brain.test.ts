import { describe, expect, test } from 'vitest'
import { stateVolume } from '../../src/core/cluster.ts'
import { expects } from '../../src/core/diff.ts'
import { absent, type Facts, present } from '../../src/core/fact.ts'
import type { Params } from '../../src/core/step.ts'
import { type DrbdMetadata, drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { drbdOf, groupParts, holdingOf } from '../../src/facts/group.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { heartbeatPeer } from '../../src/facts/heartbeat-peer.ts'
import { hold } from '../../src/facts/hold.ts'
import { reach } from '../../src/facts/reach.ts'
import { savedCopy, savedEvidence } from '../../src/facts/split-brain.ts'
import { peerNameOf } from '../../src/planner/instances.ts'
import { expectNothing } from '../../src/steps/_serving.ts'
import { blank, changes, cluster, factsAfter, lay, planner } from './lab-pair.ts'

/*
 * The laws of architecture.md over the repair of a split-brain, on a pair as a whole deploy leaves it,
 * then parted.
 */

const volume = stateVolume(cluster)
const [first, second] = cluster.nodes
const [m1, m2] = [first.name, second.name]
const repairId = '20260102T030405Z'

const metadata = (current: string): DrbdMetadata => ({
  lineage: 'recorded',
  justCreated: false,
  generations: { current, bitmap: 'C88553A2677868E4', history: ['0000000000000000', '0000000000000000'] },
})

const { plan: deploy } = await planner('deploy')
const deployed = factsAfter(blank, deploy(blank))

/** Both alone; the marks, who is Primary, and how DRBD stands, as said. */
function parted(
  facts: Facts,
  { marked = true, connection = 'StandAlone', serving = [] as readonly string[] } = {},
): Facts {
  return cluster.nodes.reduce((laid, node) => {
    const said = laid[node.name] ?? {}
    const role = serving.includes(node.name) ? 'Primary' : 'Secondary'
    const state = { connection, role, peerRole: 'Unknown', disk: 'UpToDate', peerDisk: 'DUnknown' }
    const other = peerNameOf(cluster, node.name)
    return lay(
      laid,
      node.name,
      ...(role === 'Primary' ? [] : expectNothing(cluster, said)),
      expects(drbdOf(cluster, volume), present(state)),
      expects(
        drbdMetadata(cluster, node, volume),
        present(metadata(node === first ? 'DE709E8FEDB1849A' : '3D3B770009B1FCD6')),
      ),
      expects(promotionGuard, marked ? present({ marks: ['data.split-brain'] }) : absent()),
      expects(hold, absent()),
      expects(heartbeatPeer(other), present('active')),
      expects(savedEvidence(repairId), absent()),
      expects(savedCopy(repairId, volume), absent()),
      ...cluster.links.map(({ name }) =>
        expects(
          reach((node === first ? second : first).links[name]?.address ?? ''),
          present({ answers: true, takesFullSize: false }),
        ),
      ),
    )
  }, facts)
}

const nobody = parted(deployed)
const active = holdingOf(groupParts(cluster, deployed[m1] ?? {})) === 'all' ? m1 : m2
const activeServes = parted(deployed, { serving: [active], marked: false })
const passive = active === m1 ? m2 : m1

const evidence = { text: 'what was seen\n', lost: { data: ['docs/only', 'docs/both'] } }
const discarding = (discard: string, more: Partial<Params> = {}): Partial<Params> => ({
  discard,
  repair: repairId,
  evidence,
  allowDataLoss: [`data@${discard}`],
  ...more,
})

const survivorOf = (discard: string) => (discard === m1 ? m2 : m1)
const deeds = (discard: string, options: { copies?: boolean; serves?: boolean; marked?: boolean } = {}) => {
  const { copies = false, serves = true, marked = true } = options
  const inOrder = (names: readonly string[]) => [m1, m2].filter(name => names.includes(name))
  return [
    `split-brain-evidence ${m1}`,
    `split-brain-evidence ${m2}`,
    ...inOrder([discard, ...(serves ? [survivorOf(discard)] : [])]).map(
      name => `split-brain-survivor ${name}`,
    ),
    ...(copies ? [`split-brain-copy[data] ${discard}`] : []),
    `split-brain-discard[data] ${m1}`,
    `split-brain-discard[data] ${m2}`,
    ...(marked ? [`split-brain-declared ${m1}`, `split-brain-declared ${m2}`] : []),
    `heartbeat-start ${discard}`,
  ]
}

const scenarios: readonly [string, Partial<Params>, Facts, readonly string[]][] = [
  ['nobody serves, m2 gives way', discarding(m2), nobody, deeds(m2)],
  ['nobody serves, m1 gives way', discarding(m1), nobody, deeds(m1)],
  [
    'with a copy of what is lost',
    discarding(m2, { copyTo: '/root/from-m2' }),
    nobody,
    deeds(m2, { copies: true }),
  ],
  [
    'the survivor serves',
    discarding(passive),
    activeServes,
    deeds(passive, { serves: false, marked: false }),
  ],
  ['the one that serves gives way', discarding(active), activeServes, deeds(active, { marked: false })],
]

describe.each(scenarios)('%s', async (_, params, facts, expected) => {
  const { plan } = await planner('split-brain-repair', params)
  const whole = plan(facts)

  test('is planned whole, nothing refused', () => {
    expect(whole.counts.refusal).toBe(0)
    expect(changes(whole)).toEqual(expected)
  })

  test('purity: the same facts give the same plan', () => {
    expect(plan(facts).digest).toBe(whole.digest)
  })

  test('idempotence: once it is done, nothing is left to do', () => {
    expect(plan(factsAfter(facts, whole)).counts).toMatchObject({ change: 0, refusal: 0 })
  })

  test('interruption: broken off anywhere, what is left is never more than was planned', () => {
    const parts = whole.steps.flatMap(({ hosts }) => hosts).length
    for (let done = 0; done <= parts; done += 1) {
      const again = plan(factsAfter(facts, whole, done))
      for (const change of changes(again)) expect(expected).toContain(change)
      expect(again.counts.refusal).toBe(0)
    }
  })

  test('afterwards deploy leaves the pair alone', () => {
    expect(deploy(factsAfter(facts, whole)).counts).toMatchObject({ change: 0, refusal: 0 })
  })
})

test('deploy refuses while it lasts, and points to both commands', () => {
  const plan = deploy(nobody)
  const refused = plan.steps.flatMap(({ hosts }) =>
    hosts.flatMap(({ diff }) => (diff.kind === 'refusal' ? [diff] : [])),
  )
  expect(refused.map(({ id }) => id)).toContain('split-brain')
  for (const { id, hint } of refused)
    if (id === 'split-brain') expect(hint).toMatch(/split-brain show.*split-brain repair/)
})
