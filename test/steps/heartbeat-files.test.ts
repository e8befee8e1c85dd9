import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { present } from '../../src/core/fact.ts'
import type { AnyStep } from '../../src/core/step.ts'
import { heartbeat, heartbeatSettled } from '../../src/facts/heartbeat.ts'
import { hold } from '../../src/facts/hold.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { keepKeys, rereadKeys, restartInPlace } from '../../src/steps/_heartbeat-reload.ts'
import authkeys from '../../src/steps/authkeys.ts'
import haCf from '../../src/steps/ha-cf.ts'
import haresources from '../../src/steps/haresources.ts'
import heartbeatUnit from '../../src/steps/heartbeat-unit.ts'
import resourceScript from '../../src/steps/resource-script.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { known, m1, m2, plan, settled } from './ha-fixture.ts'

const { paths } = exampleCluster().platform
const daemon = heartbeat(paths)
const running = (more = {}) => known(daemon, present({ ...heartbeatSettled, ...more }))

const files: [string, AnyStep, string, string][] = [
  ['ha-cf', haCf, '/etc/ha.d/ha.cf', '0644'],
  ['authkeys', authkeys, '/etc/ha.d/authkeys', '0600'],
  ['haresources', haresources, '/etc/ha.d/haresources', '0644'],
  ['resource-script', resourceScript, '/etc/ha.d/resource.d/nfsha', '0755'],
  ['heartbeat-unit', heartbeatUnit, '/etc/systemd/system/heartbeat.service.d/nfsha.conf', '0644'],
]

const reloads: [string, AnyStep, object, string][] = [
  ['ha-cf', haCf, { configLoaded: false }, 'let heartbeat restart itself with the new ha.cf'],
  ['authkeys', authkeys, { keysLoaded: false }, 'let heartbeat read authkeys again'],
]

describe.each(files)('%s', (_, step, path, mode) => {
  it('writes its file on both nodes, then is in sync', () => {
    for (const diff of Object.values(plan(step, {})))
      expect(diff).toMatchObject({
        kind: 'change',
        risk: 'safe',
        actions: expect.arrayContaining([expect.objectContaining({ kind: 'put', path, mode })]),
      })
    expect(plan(step, settled(step, {}))).toEqual({ [m1]: { kind: 'in-sync' }, [m2]: { kind: 'in-sync' } })
  })

  it('leaves a held node alone', () => {
    const held = known(hold, present({ text: 'by anna' }))
    expect(plan(step, { [m2]: [held] })[m2]).toMatchObject({
      kind: 'in-sync',
      note: expect.stringContaining('by anna'),
    })
  })
})

describe.each(reloads)('%s at run time', (_, step, stale, title) => {
  const pair = settled(step, { [m1]: [running()], [m2]: [running()] })

  it('is in sync when heartbeat has read it', () => {
    expect(plan(step, pair)).toEqual({ [m1]: { kind: 'in-sync' }, [m2]: { kind: 'in-sync' } })
  })

  it('makes heartbeat read a file that is right, but younger than what heartbeat knows', () => {
    const diff = plan(step, { ...pair, [m1]: [...(pair[m1] ?? []), running(stale)] })[m1]
    expect(diff).toMatchObject({ kind: 'change', risk: 'safe', actions: [{ kind: 'script', title }] })
  })

  it('makes heartbeat read a file that it writes', () => {
    const kinds = step === authkeys ? ['script', 'run', 'put', 'script'] : ['run', 'put', 'script']
    const diff = plan(step, { [m1]: [running()] })[m1]
    expect(diff?.kind === 'change' ? diff.actions.map(({ kind }) => kind) : []).toEqual(kinds)
  })
})

describe('heartbeat-unit', () => {
  it('makes systemd load a drop-in that it has not read', () => {
    const pair = settled(heartbeatUnit, {})
    const stale = known(unit('heartbeat.service'), unitFromPackage(true))
    expect(plan(heartbeatUnit, { ...pair, [m1]: [...(pair[m1] ?? []), stale] })[m1]).toMatchObject({
      kind: 'change',
      actions: [{ argv: ['systemctl', '--no-ask-password', 'daemon-reload'] }],
    })
  })
})

describe('what runs on the nodes', () => {
  it.each([
    restartInPlace(paths),
    keepKeys(paths),
    rereadKeys(paths, { keepaliveMs: 1000, deadtimeMs: 10_000 }),
  ])('passes shellcheck: $title', ({ script }) => {
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-'], {
      input: script,
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })
})
