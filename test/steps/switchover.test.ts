import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { heartbeatMoves } from '../../src/facts/heartbeat.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import { vipAnswers } from '../../src/facts/vip-answers.ts'
import { handOver, takeOver } from '../../src/steps/_hand-over.ts'
import switchover from '../../src/steps/switchover.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const [vip] = cluster.vips
const [shown] = cluster.exports
if (vip === undefined || shown === undefined) throw new Error('the example has a VIP and an export')
const answers = vipAnswers(vip, shown)
const gets = (nfs: boolean, stat: 'done' | 'failed' | 'not tried') => known(answers, present({ nfs, stat }))
const passive: Known = [...idle(cluster, { peerRole: 'Primary' }), gets(true, 'done')]
const serving: Known = [...active(), gets(true, 'done')]
const busy = known(heartbeatMoves(cluster.platform.paths), present(true))
const vipHere = known(vipsHeld(cluster.vips), present([{ address: vip.address, nic: 'em1' }]))

const move = (one: Known, two: Known) => plan(switchover, { [m1]: one, [m2]: two }, undefined, { to: m2 })

describe('switchover', () => {
  it('hands over on one side, takes over on the other, and says that clients will notice', () => {
    const diffs = move(serving, passive)
    expect(diffs[m1]).toMatchObject({
      kind: 'change',
      risk: 'disruptive',
      summary: `hand the service over to ${m2}`,
    })
    expect(diffs[m2]).toMatchObject({
      kind: 'change',
      risk: 'disruptive',
      summary: `take it over from ${m1}`,
    })
  })

  it('asks heartbeat only while the target has all data', () => {
    const diff = move(serving, passive)[m1]
    const [action] = diff?.kind === 'change' ? diff.actions : []
    expect(action).toMatchObject({ kind: 'script', tells: true })
    expect(action?.guard?.expects).toContain('UpToDate')
  })

  it.each<[string, Record<string, Known>, object]>([
    ['the target serves', { [m1]: passive, [m2]: serving }, { to: m2 }],
    ['nothing was asked for', { [m1]: serving, [m2]: passive }, {}],
  ])('is in sync when %s', (_, said, params) => {
    const diffs = plan(switchover, said, undefined, params)
    expect(Object.values(diffs).map(({ kind }) => kind)).toEqual(['in-sync', 'in-sync'])
  })

  it.each<[string, Known, Known]>([
    ['heartbeat is at it', [...serving, busy], passive],
    ['nobody has it yet', [...idle(), busy], idle()],
    [
      'the VIP does not answer yet',
      [...idle(cluster, { peerRole: 'Primary' }), gets(false, 'not tried')],
      serving,
    ],
    [
      'the export is not shown yet',
      [...idle(cluster, { peerRole: 'Primary' }), gets(true, 'failed')],
      serving,
    ],
  ])('waits when %s', (_, one, two) => {
    expect(Object.values(move(one, two)).map(({ kind }) => kind)).toContain('wait')
    expect(Object.values(move(one, two)).map(({ kind }) => kind)).not.toContain('change')
  })

  it.each<[string, Known, Known, string]>([
    ['both act', serving, [...passive, vipHere], 'split-brain'],
    ['a part is not known', serving, [...passive, known(nfsServer, unknown('D state'))], 'unknown-state'],
    ['nobody serves', idle(), idle(), 'nobody-serves'],
    ['the target has a part only', idle(), [...active(), known(nfsServer, absent())], 'half-moved'],
  ])('refuses when %s', (_, one, two, id) => {
    expect(Object.values(move(one, two))).toContainEqual(expect.objectContaining({ kind: 'refusal', id }))
  })

  it.each([
    ['hand over', handOver(cluster, cluster.nodes[1])],
    ['take over', takeOver(cluster, cluster.nodes[0])],
  ])('%s: plain POSIX sh', (_, action) => {
    for (const input of [action.script, action.guard?.script ?? ':'])
      expect(spawnSync('shellcheck', ['-s', 'sh', '-'], { input, encoding: 'utf8' }).stdout).toBe('')
  })
})
