import { describe, expect, test } from 'vitest'
import { expects } from '../../src/core/diff.ts'
import { absent, type Facts, present } from '../../src/core/fact.ts'
import type { Params } from '../../src/core/step.ts'
import { heartbeat, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { heartbeatPeer } from '../../src/facts/heartbeat-peer.ts'
import { hold } from '../../src/facts/hold.ts'
import { bootedSince, upgradedIn } from '../../src/facts/maintenance.ts'
import { slowDisks } from '../../src/facts/monitor.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { peerNameOf } from '../../src/planner/instances.ts'
import { blank, changes, cluster, factsAfter, lay, planner } from './lab-pair.ts'

/*
 * The laws of architecture.md over the playbooks of the day after, on a pair as a whole deploy
 * leaves it: the facts of a bare one with all that deploy expects laid over them.
 */

const [m1, m2] = cluster.nodes.map(({ name }) => name) as [string, string]

/** What only a running pair answers, where deploy has no opinion. */
function running(facts: Facts): Facts {
  return [m1, m2].reduce(
    (laid, host) =>
      lay(
        laid,
        host,
        expects(heartbeatPeer(peerNameOf(cluster, host)), present('active')),
        expects(hold, absent()),
        expects(slowDisks, present([])),
      ),
    facts,
  )
}

const deploy = await planner('deploy')
const deployed = running(factsAfter(blank, deploy.plan(blank)))
const heldM2 = lay(
  deployed,
  m2,
  expects(hold, present({ text: 'by ann: memory' })),
  expects(heartbeat(cluster.platform.paths), present(heartbeatStopped)),
  expects(unit('heartbeat.service'), unitFromPackage(false)),
)

const boot = '6f1c2a3b-0000-4000-8000-0123456789ab'
const maintenance = `by ada@desk since 2025: maintenance (boot ${boot}; done: none)`
const toMaintain = lay(
  deployed,
  m1,
  expects(bootedSince(boot), present(false)),
  expects(upgradedIn(boot), present(false)),
)

const scenarios: readonly [string, string, Partial<Params>, Facts, readonly string[]][] = [
  ['a move', 'switchover', { to: m2 }, deployed, ['switchover m1', 'switchover m2']],
  [
    'a move that holds',
    'switchover',
    { to: m2, hold: 'by ada' },
    deployed,
    ['switchover m1', 'switchover m2', 'hold m1'],
  ],
  ['a hold without a move', 'switchover', { to: m1, hold: 'by ada' }, deployed, ['hold m2']],
  [
    'a maintenance of the node that serves',
    'maintain',
    { to: m2, hold: maintenance, upgrade: true, reboot: true },
    toMaintain,
    ['switchover m1', 'switchover m2', 'hold m1', 'upgrade m1', 'reboot m1'],
  ],
  [
    'an isolation of the node that does not serve',
    'isolate',
    { to: m1, hold: 'by ada' },
    deployed,
    ['hold m2', 'drbd-disconnect[data] m2'],
  ],
  [
    'an isolation of the node that serves',
    'isolate',
    { to: m2, hold: 'by ada' },
    deployed,
    ['switchover m1', 'switchover m2', 'hold m1', 'drbd-disconnect[data] m1'],
  ],
  ['a release', 'release', {}, heldM2, ['release m2', 'heartbeat-start m2']],
  [
    'a comparison',
    'verify',
    { verify: '2026-01-02T03:04:05.000Z' },
    deployed,
    ['drbd-verify[data] m1', 'drbd-verify-record[data] m1', 'drbd-verify-record[data] m2'],
  ],
]

describe.each(scenarios)('%s', async (_, playbook, params, facts, expected) => {
  const { plan } = await planner(playbook, params)
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
    for (let done = 0; done <= parts; done += 1)
      for (const change of changes(plan(factsAfter(facts, whole, done)))) expect(expected).toContain(change)
  })
})

test('deploy leaves a pair alone whose service has moved and whose other node is held', async () => {
  const moving = await planner('switchover', { to: m2, hold: 'by ada' })
  const moved = factsAfter(deployed, moving.plan(deployed))
  expect(deploy.plan(moved).counts).toMatchObject({ change: 0, refusal: 0 })
})

test('deploy leaves an isolated node alone, and a release takes it back', async () => {
  const isolating = await planner('isolate', { to: m1, hold: 'by ada' })
  const isolated = factsAfter(deployed, isolating.plan(deployed))
  expect(deploy.plan(isolated).counts).toMatchObject({ change: 0, wait: 0, refusal: 0 })
  const release = await planner('release')
  const back = release.plan(isolated)
  expect(back.counts.refusal).toBe(0)
  expect(changes(back)).toEqual(
    expect.arrayContaining([
      'release m2',
      'drbd-up[data] m2',
      'drbd-connected[data] m2',
      'heartbeat-start m2',
    ]),
  )
})
