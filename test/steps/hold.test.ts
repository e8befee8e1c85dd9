import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { heartbeat, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { hold } from '../../src/facts/hold.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import holdStep from '../../src/steps/hold.ts'
import release from '../../src/steps/release.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const daemon = heartbeat(cluster.platform.paths)
const stopped = known(daemon, present(heartbeatStopped))
const off = known(unit('heartbeat.service'), unitFromPackage(false))
const marked = known(hold, present({ text: 'by ann: memory' }))
const passive = idle(cluster, { peerRole: 'Primary' })
const params = { to: m1, hold: 'by ada@desk since now' }
const planHold = (one: Known, two: Known, more = {}) =>
  plan(holdStep, { [m1]: one, [m2]: two }, undefined, { ...params, ...more })

describe('hold', () => {
  it('marks the other node first, then takes heartbeat from its boot, then stops it', () => {
    const diffs = planHold(active(), passive)
    expect(diffs[m1]).toMatchObject({ kind: 'in-sync' })
    expect(diffs[m2]).toMatchObject({
      kind: 'change',
      actions: [
        { kind: 'put', path: '/var/lib/nfsha/hold', content: ['by ada@desk since now\n'] },
        { argv: expect.arrayContaining(['disable', 'heartbeat.service']) },
        { argv: expect.arrayContaining(['stop', 'heartbeat.service']), guard: expect.anything() },
      ],
    })
  })

  it('keeps the marker of a node that is held, and finishes what was begun', () => {
    const diff = planHold(active(), [...passive, marked, off])[m2]
    expect(diff).toMatchObject({ kind: 'change', summary: expect.stringContaining('by ann: memory') })
    expect(diff?.kind === 'change' ? diff.actions.length : 0).toBe(1)
  })

  it.each<[string, Known, object]>([
    ['it is held', [...passive, marked, stopped, off], {}],
    ['nobody wants it held', passive, { hold: undefined }],
  ])('is in sync when %s', (_, two, more) => {
    expect(planHold(active(), two, more)[m2]).toMatchObject({ kind: 'in-sync' })
  })

  it.each<[string, Known[number], string]>([
    [
      'it has a part of the group',
      known(nfsServer, present({ threads: 8, versions: [], leaseSeconds: 1, graceSeconds: 1 })),
      'holds-resources',
    ],
    ['what it has is not known', known(nfsServer, unknown('D state')), 'holds-resources'],
    ['the marker cannot be read', known(hold, unknown('EIO')), 'unknown-state'],
    ['whether heartbeat runs is not known', known(daemon, unknown('timeout')), 'unknown-state'],
  ])('refuses when %s', (_, fact, id) => {
    expect(planHold(active(), [...passive, fact])[m2]).toMatchObject({ kind: 'refusal', id })
  })
})

describe('release', () => {
  const planRelease = (two: Known) => plan(release, { [m1]: [], [m2]: two })

  it('takes the marker away, and names what it said', () => {
    expect(planRelease([marked])).toMatchObject({
      [m1]: { kind: 'in-sync' },
      [m2]: { kind: 'change', symbol: '-', summary: `release ${m2} (by ann: memory)` },
    })
  })

  it.each<[string, Known, string]>([
    ['nobody is held', [known(hold, absent())], 'in-sync'],
    ['the marker cannot be read', [known(hold, unknown('EIO'))], 'refusal'],
  ])('%s', (_, two, kind) => {
    expect(planRelease(two)[m2]).toMatchObject({ kind })
  })
})
