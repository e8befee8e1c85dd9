import { describe, expect, it } from 'vitest'
import { present, unknown } from '../../src/core/fact.ts'
import { heartbeat, heartbeatSettled, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { hold } from '../../src/facts/hold.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { type UnitFact, unit, unitFromPackage } from '../../src/facts/unit.ts'
import heartbeatStart from '../../src/steps/heartbeat-start.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const daemon = heartbeat(cluster.platform.paths)
const stopped = known(daemon, present(heartbeatStopped))
const service = unit('heartbeat.service')
const passive = idle(cluster, { peerRole: 'Primary' })

function unitIs(more: Partial<UnitFact>): Known[number] {
  const fact = unitFromPackage(true)
  if (fact.state !== 'present') throw new Error('a package brings its unit')
  return known(service, present({ ...fact.value, ...more }))
}

const changes: [string, Known, readonly string[]][] = [
  ['fresh from its package', [stopped, unitIs({})], ['start']],
  ['disabled and stopped', [stopped, unitIs({ enabled: 'disabled' })], ['enable', 'start']],
  ['disabled, but running', [unitIs({ enabled: 'disabled', active: 'active' })], ['enable']],
  ['dead without systemd noticing', [stopped, unitIs({ active: 'active' })], ['stop', 'start']],
]

const refusals: [string, Known, string, RegExp][] = [
  ['not answered', [known(daemon, unknown('timeout'))], 'unknown-state', /not known: timeout/],
  ['masked', [stopped, unitIs({ load: 'masked' })], 'unit-not-startable', /is masked/],
  ['stopped and NFS unclear', [stopped, known(nfsServer, unknown('D state'))], 'unknown-state', /D state/],
]

describe('heartbeat-start', () => {
  it('is in sync on a running pair', () => {
    expect(plan(heartbeatStart, { [m1]: active(), [m2]: passive })).toEqual({
      [m1]: { kind: 'in-sync' },
      [m2]: { kind: 'in-sync' },
    })
  })

  it.each(changes)('brings up a heartbeat that is %s', (_, found, verbs) => {
    const diffs = plan(heartbeatStart, { [m1]: active(), [m2]: [...passive, ...found] })
    const argv = (verb: string) => ({
      argv: ['systemctl', '--no-ask-password', verb, 'heartbeat.service'],
    })
    expect(diffs[m2]).toMatchObject({ kind: 'change', risk: 'safe', actions: verbs.map(argv) })
  })

  it('leaves it off at boot without autostart', () => {
    const off = exampleCluster({ heartbeat: { ...cluster.heartbeat, autostart: false } })
    const diffs = plan(heartbeatStart, { [m1]: active(), [m2]: [...passive, unitIs({})] }, off)
    expect(diffs[m2]).toMatchObject({ summary: 'disable heartbeat at boot' })
  })

  it.each(refusals)('refuses where heartbeat is %s', (_, found, id, reason) => {
    const diffs = plan(heartbeatStart, { [m1]: active(), [m2]: [...passive, ...found] })
    expect(diffs[m2]).toMatchObject({ kind: 'refusal', id, reason: expect.stringMatching(reason) })
  })

  it('refuses to start beside parts of the group that no heartbeat answers for', () => {
    const diffs = plan(heartbeatStart, { [m1]: [...active(), stopped], [m2]: passive })
    expect(diffs[m1]).toMatchObject({
      kind: 'refusal',
      id: 'resources-without-heartbeat',
      reason: expect.stringContaining('data is Primary, /srv/nfsha is mounted'),
      hint: expect.stringContaining('/etc/ha.d/resource.d/nfsha m1-m2 stop'),
    })
  })

  it('does not start a held node', () => {
    const held = known(hold, present({ text: 'by anna' }))
    const diffs = plan(heartbeatStart, { [m1]: active(), [m2]: [...passive, stopped, held] })
    expect(diffs[m2]).toMatchObject({ kind: 'in-sync', note: expect.stringContaining('by anna') })
  })

  it('needs no reload of its own', () => {
    const stale = known(daemon, present({ ...heartbeatSettled, configLoaded: false }))
    const diffs = plan(heartbeatStart, { [m1]: [...active(), stale], [m2]: passive })
    expect(diffs[m1]).toEqual({ kind: 'in-sync' })
  })
})
