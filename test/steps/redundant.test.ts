import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { drbdSync } from '../../src/facts/drbd.ts'
import { heartbeatPeer } from '../../src/facts/heartbeat-peer.ts'
import { hold } from '../../src/facts/hold.ts'
import redundant from '../../src/steps/redundant.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const [volume] = cluster.volumes
if (volume === undefined) throw new Error('a cluster has a volume')
const one: Known = [...active(), known(heartbeatPeer(m2), present('active'))]
const hears = known(heartbeatPeer(m1), present('active'))
const two: Known = [...idle(cluster, { peerRole: 'Primary' }), hears]
const sync = known(
  drbdSync(volume, '8.4'),
  present({ percent: 41, outOfSyncKib: 100, kibPerSecond: 3000, finish: '0:02:10' }),
)

describe('redundant', () => {
  it('is in sync when each could take over', () => {
    expect(plan(redundant, { [m1]: one, [m2]: two })).toMatchObject({
      [m1]: { kind: 'in-sync' },
      [m2]: { kind: 'in-sync' },
    })
  })

  it.each<[string, Known, RegExp]>([
    ['heartbeat does not hear the other', [...two, known(heartbeatPeer(m1), present('dead'))], /is dead/],
    ['heartbeat does not run', [...two, known(heartbeatPeer(m1), absent())], /not known to it/],
    ['DRBD looks for its peer', [...idle(cluster, { connection: 'WFConnection' }), hears], /WFConnection/],
    [
      'a resync runs',
      [...idle(cluster, { connection: 'SyncTarget', disk: 'Inconsistent' }), hears, sync],
      /SyncTarget \(41 %, 0:02:10 left\)/,
    ],
    [
      'DRBD does not say',
      [
        ...two,
        ...cluster.volumes.map(each => known(drbdSync(each, '8.4'), unknown('?'))),
        ...idle(cluster, { disk: 'Outdated' }),
      ],
      /Outdated/,
    ],
  ])('waits when %s', (_, node, progress) => {
    const diff = plan(redundant, { [m1]: one, [m2]: node })[m2]
    expect(diff).toMatchObject({ kind: 'wait', progress: expect.stringMatching(progress) })
  })

  it('does not wait for a held node', () => {
    const held: Known = [known(hold, present({ text: 'by ann' }))]
    expect(plan(redundant, { [m1]: one, [m2]: held })[m2]).toMatchObject({ kind: 'in-sync' })
  })
})
