import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { drbdSync } from '../../src/facts/drbd.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { heartbeat, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { heartbeatPeer } from '../../src/facts/heartbeat-peer.ts'
import { hold } from '../../src/facts/hold.ts'
import { rehearsalHere } from '../../src/facts/rehearsal.ts'
import takeoverReady from '../../src/steps/takeover-ready.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const hears = (peer: string, status = 'active') => known(heartbeatPeer(peer), present(status))
const serving: Known = [...active(), hears(m2)]
const passive: Known = [...idle(cluster, { peerRole: 'Primary' }), hears(m1)]
const [volume] = cluster.volumes
if (volume === undefined) throw new Error('a cluster has a volume')
const drbd = (more: object) =>
  known(
    drbdOf(cluster, volume),
    present({
      connection: 'Connected',
      role: 'Secondary',
      peerRole: 'Primary',
      disk: 'UpToDate',
      peerDisk: 'UpToDate',
      ...more,
    }),
  )
const marks = (...names: string[]) => known(promotionGuard, present({ marks: names }))
const daemon = heartbeat(cluster.platform.paths)

function refusals(one: Known, two: Known, to = m2): readonly (readonly [string, string])[] {
  return Object.entries(plan(takeoverReady, { [m1]: one, [m2]: two }, undefined, { to })).flatMap(
    ([where, diff]) => (diff.kind === 'refusal' ? [[where.split(' ')[0] ?? '', diff.id] as const] : []),
  )
}

const rehearsed = (check: string) =>
  known(
    rehearsalHere,
    present({ refused: [{ check, word: 'ip', text: 'ip is not there', next: 'put it back' }], told: [] }),
  )

const fit: [string, Known, Known, string][] = [
  ['both are well', serving, passive, m2],
  ['the target serves already, whatever else is wrong', [...active()], [known(hold, unknown('?'))], m1],
  ['the active node has lost its disk', serving, [...passive, drbd({ peerDisk: 'Diskless' })], m2],
  ['a verify runs', serving, [...passive, drbd({ connection: 'VerifyT' })], m2],
  [
    'the target was told which data count',
    serving,
    [...passive, marks('data.split-brain', 'data.chosen')],
    m2,
  ],
  ['the active node could not take over again', [...serving, rehearsed('command')], passive, m2],
  ['only the active node is barred', [...serving, marks('data.superseded')], passive, m2],
]

const flaws: [string, Known, Known, readonly (readonly [string, string])[]][] = [
  [
    'a takeover by the target would fail',
    serving,
    [...passive, rehearsed('command')],
    [[m2, 'takeover-would-fail']],
  ],
  [
    'whether it would is not known',
    serving,
    [...passive, known(rehearsalHere, unknown('late'))],
    [[m2, 'unknown-state']],
  ],
  [
    'heartbeat is stopped on the target',
    [...active(), hears(m2, 'dead')],
    [...passive, known(daemon, present(heartbeatStopped))],
    [
      [m1, 'heartbeat-deaf'],
      [m2, 'heartbeat-stopped'],
    ],
  ],
  ['the active node does not hear it', [...active(), hears(m2, 'dead')], passive, [[m1, 'heartbeat-deaf']]],
  [
    'the target does not hear the active node',
    serving,
    [...passive, hears(m1, 'init')],
    [[m2, 'heartbeat-deaf']],
  ],
  [
    'heartbeat does not answer',
    serving,
    [...passive, known(heartbeatPeer(m1), unknown('silence'))],
    [[m2, 'unknown-state']],
  ],
  [
    'whether heartbeat runs is not known',
    serving,
    [...passive, known(daemon, unknown('silence'))],
    [[m2, 'unknown-state']],
  ],
  [
    'the target is held',
    serving,
    [...passive, known(hold, present({ text: 'by ann' }))],
    [[m2, 'target-held']],
  ],
  ['the marker cannot be read', serving, [...passive, known(hold, unknown('EIO'))], [[m2, 'unknown-state']]],
  [
    'the target remembers a split-brain',
    serving,
    [...passive, marks('data.split-brain')],
    [[m2, 'target-barred']],
  ],
  ['the target was superseded', serving, [...passive, marks('data.superseded')], [[m2, 'target-barred']]],
  [
    'what the guard remembers is not known',
    serving,
    [...passive, known(promotionGuard, unknown('EIO'))],
    [[m2, 'unknown-state']],
  ],
  [
    'DRBD looks for its peer',
    serving,
    [...passive, drbd({ connection: 'WFConnection' })],
    [[m2, 'target-not-connected']],
  ],
  [
    'DRBD stands alone',
    serving,
    [...passive, drbd({ connection: 'StandAlone' })],
    [[m2, 'target-not-connected']],
  ],
  [
    'DRBD is down there',
    serving,
    [...passive, known(drbdOf(cluster, volume), absent())],
    [[m2, 'target-not-connected']],
  ],
  [
    'a resync runs',
    serving,
    [...passive, drbd({ connection: 'SyncTarget', disk: 'Inconsistent' })],
    [[m2, 'target-syncing']],
  ],
  ['the disk is outdated', serving, [...passive, drbd({ disk: 'Outdated' })], [[m2, 'target-not-uptodate']]],
  [
    'all of that at once',
    serving,
    [
      ...passive,
      hears(m1, 'dead'),
      known(hold, present({ text: 'x' })),
      marks('data.split-brain'),
      drbd({ disk: 'Outdated' }),
    ],
    [
      [m2, 'heartbeat-deaf'],
      [m2, 'target-held'],
      [m2, 'target-barred'],
      [m2, 'target-not-uptodate'],
    ],
  ],
]

describe('takeover-ready', () => {
  it.each(fit)('has nothing against it when %s', (_, one, two, to) => {
    expect(refusals(one, two, to)).toEqual([])
  })

  it.each(flaws)('refuses when %s', (_, one, two, expected) => {
    expect(refusals(one, two)).toEqual(expected)
  })

  it('says what is wrong and what comes next', () => {
    const held = known(hold, present({ text: 'by ann@desk since 2025-01-02: memory' }))
    const diffs = plan(takeoverReady, { [m1]: serving, [m2]: [...passive, held] }, undefined, { to: m2 })
    expect(diffs[`${m2} takeover-ready[hold]`]).toMatchObject({
      reason: `${m2} is held (by ann@desk since 2025-01-02: memory)`,
      hint: expect.stringContaining('--release'),
    })
  })
})

describe('a resync', () => {
  const progress = { percent: 41.2, outOfSyncKib: 317_440, kibPerSecond: 3277, finish: '0:01:37' }
  const how = known(drbdSync(volume, cluster.platform.drbdDialect), present(progress))
  const syncing = {
    [m1]: [...serving, drbd({ connection: 'SyncSource', role: 'Primary', peerDisk: 'Inconsistent' }), how],
    [m2]: [...passive, drbd({ connection: 'SyncTarget', disk: 'Inconsistent' }), how],
  }
  const found = (waitSync: boolean) =>
    Object.entries(plan(takeoverReady, syncing, undefined, { to: m2, waitSync })).flatMap(([where, diff]) =>
      diff.kind === 'in-sync' ? [] : [{ where: where.split(' ')[0], ...diff }],
    )

  it('is refused with how far it is, when to come back, and the way to wait', () => {
    expect(found(false)).toMatchObject([
      {
        ...{ where: m2, kind: 'refusal', id: 'target-syncing' },
        reason: expect.stringContaining('41.2 %, 310.0 MiB left, 3.2 MiB/s, 0:01:37 to go'),
        hint: expect.stringMatching(/come back in 0:01:37 .*`nfsha switchover --wait`/),
      },
    ])
  })

  it('is waited for on both sides when that is asked for', () => {
    expect(found(true)).toMatchObject([
      { where: m1, kind: 'wait', fraction: expect.closeTo(0.412) },
      { where: m2, kind: 'wait', progress: expect.stringContaining('0:01:37') },
    ])
  })
})
