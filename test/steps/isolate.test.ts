import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { hold } from '../../src/facts/hold.ts'
import { slowDisks } from '../../src/facts/monitor.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import disconnect from '../../src/steps/drbd-disconnect.ts'
import ready from '../../src/steps/isolate-ready.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const [volume] = cluster.volumes
if (volume === undefined) throw new Error('the example has a volume')

const held = known(hold, present({ text: 'by ada: isolated' }))
const quick = known(slowDisks, present([]))
const target = unit('drbd@data.target')
const atBoot = known(target, unitFromPackage(true))
const notAtBoot = known(target, unitFromPackage(false))
const alone = { connection: 'StandAlone', peerRole: 'Unknown', peerDisk: 'DUnknown' }
const waits = { connection: 'WFConnection', peerRole: 'Unknown', peerDisk: 'DUnknown' }
const state = (more: object) => idle(cluster, { peerRole: 'Primary', ...more })
const params = { to: m1, hold: 'by ada: isolated' }

describe('isolate-ready', () => {
  const planReady = (one: Known, two: Known) => plan(ready, { [m1]: one, [m2]: two }, undefined, params)[m1]

  it.each<[string, Known, Known]>([
    ['both copies are good', [...active(), quick], state({})],
    [
      'a verify runs',
      [...active(), ...idle(cluster, { role: 'Primary', connection: 'VerifyS' }), quick],
      state({}),
    ],
    [
      'it is isolated already',
      [...active(), ...idle(cluster, { role: 'Primary', ...waits }), quick],
      [...state(alone), held],
    ],
    [
      'it is isolated, and has booted since',
      [...active(), ...idle(cluster, { role: 'Primary', ...waits }), quick],
      [held],
    ],
  ])('is content when %s', (_case, one, two) => {
    expect(planReady(one, two)).toMatchObject({ kind: 'in-sync' })
  })

  it.each<[string, Known, Known, string]>([
    [
      'the other disk is behind',
      [...idle(cluster, { disk: 'Inconsistent' }), quick],
      active(),
      'only-good-copy',
    ],
    ['the other volume is down', [quick], active(), 'only-good-copy'],
    [
      'they do not replicate',
      [...active(), ...idle(cluster, { role: 'Primary', ...waits }), quick],
      state(waits),
      'only-good-copy',
    ],
    [
      'they stand alone, and nobody is held',
      [...active(), ...idle(cluster, { role: 'Primary', ...alone }), quick],
      state(alone),
      'only-good-copy',
    ],
    [
      'a resync runs',
      [...active(), ...idle(cluster, { role: 'Primary', connection: 'SyncSource' }), quick],
      state({ connection: 'SyncTarget' }),
      'target-syncing',
    ],
    [
      'a split-brain is not resolved',
      [...active(), quick, known(promotionGuard, present({ marks: ['data.split-brain'] }))],
      state({}),
      'target-barred',
    ],
    [
      'the other disk is slow too',
      [...active(), known(slowDisks, present(['vdb of data: 250 ms']))],
      state({}),
      'other-disk-slow',
    ],
    ['nobody measures the other disk', active(), state({}), 'unknown-state'],
    [
      'what DRBD has is not known',
      [known(drbdOf(cluster, volume), unknown('timeout')), quick],
      state({}),
      'unknown-state',
    ],
  ])('refuses when %s', (_case, one, two, id) => {
    expect(planReady(one, two)).toMatchObject({ kind: 'refusal', id })
  })
})

describe('drbd-disconnect', () => {
  const planOut = (two: Known, more = {}) =>
    plan(disconnect, { [m1]: active(), [m2]: two }, undefined, { ...params, ...more })[m2]
  const words = (two: Known) => {
    const diff = planOut(two)
    if (diff?.kind !== 'change') return diff?.kind
    return diff.actions.map(action => (action.kind === 'run' ? action.argv.join(' ') : action.kind))
  }

  it('does not come up at boot, disconnects when it is not the copy that is needed, and is called outdated', () => {
    expect(words([...state({}), atBoot])).toEqual([
      expect.stringMatching(/systemctl .*disable drbd@data.target/),
      'drbdadm disconnect data',
      'drbdadm outdate data',
    ])
    expect(planOut([...state({}), atBoot])).toMatchObject({
      actions: [{}, { guard: { script: expect.stringContaining('Secondary*:*/UpToDate') } }, {}],
    })
  })

  it('goes on where it was broken off', () => {
    expect(words([...state({}), notAtBoot])).toHaveLength(2)
    expect(words([...state(alone), notAtBoot])).toEqual(['drbdadm outdate data'])
  })

  it.each<[string, Known, object]>([
    ['it is done', [...state({ ...alone, disk: 'Outdated' }), notAtBoot], {}],
    ['it is not up', [known(drbdOf(cluster, volume), absent()), notAtBoot], {}],
    ['nobody asked', [...state({}), atBoot], { to: undefined }],
  ])('is in sync when %s', (_case, two, more) => {
    expect(planOut(two, more)).toMatchObject({ kind: 'in-sync' })
  })

  it('refuses when DRBD does not say how it is', () => {
    expect(planOut([known(drbdOf(cluster, volume), unknown('timeout')), atBoot])).toMatchObject({
      kind: 'refusal',
      id: 'unknown-state',
    })
  })
})
