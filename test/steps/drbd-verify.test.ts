import { describe, expect, it } from 'vitest'
import { absent, present } from '../../src/core/fact.ts'
import { type DrbdState, drbdSync } from '../../src/facts/drbd.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { verified, verifyBegun } from '../../src/facts/verified.ts'
import { diffInstance } from '../../src/planner/evaluate.ts'
import { instancesOf } from '../../src/planner/instances.ts'
import step from '../../src/steps/drbd-verify.ts'
import record from '../../src/steps/drbd-verify-record.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { contextOf, factsFor, type Known, known, m1, m2 } from './ha-fixture.ts'

const cluster = exampleCluster()
const [volume] = cluster.volumes
if (!volume) throw new Error('the example has a volume')
const asked = '2026-01-02T03:04:05.000Z'

const state = (more: Partial<DrbdState> = {}): Known[number] =>
  known(
    drbdOf(cluster, volume),
    present({
      connection: 'Connected',
      role: 'Secondary',
      peerRole: 'Secondary',
      disk: 'UpToDate',
      peerDisk: 'UpToDate',
      ...more,
    }),
  )
const active = (more: Partial<DrbdState> = {}) => state({ role: 'Primary', ...more })
const passive = (more: Partial<DrbdState> = {}) => state({ peerRole: 'Primary', ...more })
const begun = known(verifyBegun(volume), present(asked))
const noted = known(verified(volume), present({ at: asked, outOfSyncKib: 0 }))
const progress = known(drbdSync(volume, '8.4'), present({ percent: 25, outOfSyncKib: 0, finish: '0:01:00' }))

function diffs(which: typeof step, one: Known, two: Known) {
  const base = contextOf(cluster)
  const context = { ...base, params: { ...base.params, verify: asked } }
  const [instance] = instancesOf(cluster, [which])
  if (!instance) throw new Error('one instance a volume')
  const found = diffInstance(instance, factsFor(which, context, { [m1]: one, [m2]: two }), context)
  return Object.fromEntries(found.map(({ host, diff }) => [host, diff]))
}

describe('drbd-verify', () => {
  it('begins on the active node, whichever it is', () => {
    expect(diffs(step, [passive()], [active()])).toMatchObject({
      [m1]: { kind: 'in-sync' },
      [m2]: {
        kind: 'change',
        risk: 'safe',
        actions: [{ argv: ['drbdadm', 'verify', 'data'] }, { kind: 'put' }],
      },
    })
  })

  it('begins on the preferred node of a passive pair', () => {
    expect(diffs(step, [state()], [state()])).toMatchObject({
      [m1]: { kind: 'change' },
      [m2]: { kind: 'in-sync' },
    })
  })

  it('waits for its end on both nodes, telling how far it is', () => {
    const one = [active({ connection: 'VerifyS' }), begun, progress]
    expect(diffs(step, one, [passive({ connection: 'VerifyT' })])).toMatchObject({
      [m1]: { kind: 'wait', progress: '25 %, 0:01:00 to go', fraction: 0.25 },
      [m2]: { kind: 'wait' },
    })
  })

  it.each([
    ['it has ended', [active(), begun], [passive()]],
    ['it is noted already', [active(), noted], [passive(), noted]],
  ] as const)('has nothing to do when %s', (_case, one, two) => {
    expect(diffs(step, one, two)).toMatchObject({ [m1]: { kind: 'in-sync' }, [m2]: { kind: 'in-sync' } })
  })

  it('has nothing to do when nobody asked', () => {
    const base = contextOf(cluster)
    const [instance] = instancesOf(cluster, [step])
    if (!instance) throw new Error('one instance a volume')
    const facts = factsFor(step, base, { [m1]: [active()], [m2]: [passive()] })
    for (const { diff } of diffInstance(instance, facts, base)) expect(diff.kind).toBe('in-sync')
  })

  it.each([
    ['is cut off', active({ connection: 'WFConnection' }), 'drbd-not-connected'],
    ['is down', known(drbdOf(cluster, volume), absent()), 'drbd-not-connected'],
    ['is being synced', active({ connection: 'SyncSource', peerDisk: 'Inconsistent' }), 'not-in-sync'],
    ['has one disk', active({ peerDisk: 'Diskless' }), 'not-in-sync'],
    ['is being compared by somebody else', active({ connection: 'VerifyS' }), 'verify-runs'],
  ])('refuses a volume that %s', (_case, fact, id) => {
    expect(diffs(step, [fact], [passive()])[m1]).toMatchObject({ kind: 'refusal', id })
  })
})

describe('drbd-verify-record', () => {
  it('is made on both nodes, once', () => {
    const made = diffs(record, [active()], [passive()])
    expect(made).toMatchObject({ [m1]: { kind: 'change' }, [m2]: { kind: 'change' } })
    expect(diffs(record, [active(), noted], [passive(), noted])).toMatchObject({
      [m1]: { kind: 'in-sync' },
      [m2]: { kind: 'in-sync' },
    })
  })
})
