import { describe, expect, it } from 'vitest'
import { type Fact, present, unknown } from '../../src/core/fact.ts'
import { type VipAnswers, vipAnswers } from '../../src/facts/vip-answers.ts'
import verifyVip from '../../src/steps/verify-vip.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const [vip] = cluster.vips
const [shown] = cluster.exports
if (vip === undefined || shown === undefined) throw new Error('the example has a VIP and an export')
const question = vipAnswers(vip, shown)

function diffsWith(fact: Fact<VipAnswers>) {
  return plan(verifyVip, { [m1]: active(), [m2]: [...idle(), known(question, fact)] })
}

const fine: [string, VipAnswers, string | undefined][] = [
  ['shows the export', { nfs: true, stat: 'done' }, undefined],
  ['answers a node that it does not export to', { nfs: true, stat: 'denied' }, 'is not for this node'],
]

const waits: [string, Fact<VipAnswers>, RegExp][] = [
  ['does not answer', present({ nfs: false, stat: 'not tried', text: 'No route' }), /^No route$/],
  [
    'has no export',
    present({ nfs: true, stat: 'failed', text: 'no such file' }),
    /but not for.*no such file/,
  ],
  ['was not asked', unknown('rpcinfo is not installed'), /^rpcinfo is not installed$/],
]

describe('verify-vip', () => {
  it.each(fine)('is in sync when the VIP %s', (_, answers, note) => {
    const diff = diffsWith(present(answers))[m2]
    expect(diff).toMatchObject({ kind: 'in-sync', ...(note && { note: expect.stringContaining(note) }) })
  })

  it('asks no more than an answer for an export that is for others, which NFS v4 calls missing', () => {
    const others = { ...shown, clients: [{ match: '10.0.0.0/8', options: ['rw'] }] }
    const missing: VipAnswers = { nfs: true, stat: 'failed', text: 'No such file or directory' }
    const said = { [m1]: active(), [m2]: [...idle(), known(question, present(missing))] }
    const diff = plan(verifyVip, said, { ...cluster, exports: [others] })[m2]
    expect(diff).toMatchObject({ kind: 'in-sync', note: expect.stringContaining('is not for this node') })
  })

  it('asks nothing of the node that has the VIP', () => {
    expect(diffsWith(unknown('any'))[m1]).toMatchObject({ kind: 'in-sync', note: 'has the VIP itself' })
  })

  it.each(waits)('waits while the VIP %s', (_, fact, progress) => {
    expect(diffsWith(fact)[m2]).toMatchObject({
      kind: 'wait',
      progress: expect.stringMatching(progress),
    })
  })

  it('has one instance a VIP, and none without exports', () => {
    const two = [vip, { ...vip, address: '192.168.0.220' }]
    expect(verifyVip.over({ ...cluster, vips: two }).map(({ key }) => key)).toEqual([
      '192.168.0.219',
      '192.168.0.220',
    ])
    expect(verifyVip.over({ ...cluster, exports: [] })).toEqual([])
  })
})
