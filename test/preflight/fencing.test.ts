import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { absent, type Fact, present } from '../../src/core/fact.ts'
import type { FenceDevice } from '../../src/core/settings.ts'
import { os } from '../../src/facts/os.ts'
import { reach } from '../../src/facts/reach.ts'
import { type StonithFact, stonithDevice } from '../../src/facts/stonith.ts'
import { acceptsTcp } from '../../src/facts/tcp.ts'
import { evaluate, preflightProbes } from '../../src/preflight/preflight.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const { fencing, nodes } = exampleCluster()
const [first, second] = nodes
const device: FenceDevice = {
  plugin: 'external/ipmi',
  params: [
    { name: 'hostname', value: 'm2' },
    { name: 'ipaddr', value: '10.0.0.2' },
  ],
  timeoutMs: 60_000,
}
const fenced = exampleCluster({
  fencing: { ...fencing, mode: 'stonith', devices: { [second.name]: [device] } },
})
const probe = stonithDevice(fenced, device, 0)

/** What the checks of one name say of the first node. */
function said(cluster: Cluster, check: string, facts: Readonly<Record<string, Fact<unknown>>>) {
  return evaluate(cluster, {
    [first.name]: {
      [os.id]: present({ nodeName: first.name, kernel: '6.1', id: 'debian', version: '12', uid: 0 }),
      ...facts,
    },
  })
    .filter(result => result.node === first.name && result.check === check)
    .map(({ result, message }) => `${result}: ${message}`)
}

const names = ['hostname', 'ipaddr']

describe('STONITH devices', () => {
  it.each<readonly [string, Fact<StonithFact>, RegExp]>([
    [
      'well',
      present({ isWell: true, parameters: names }),
      /^ok: external\/ipmi, which resets M2.*, answers$/,
    ],
    ['ill', present({ isWell: false, parameters: names }), /^fail: .*no takeover from M2.* is possible/],
    ['not deployed', present({ isWell: undefined, parameters: names }), /^ok: .*once it is deployed/],
    ['without stonith(8)', absent(), /^ok: .*once its package is installed/],
    [
      'without its plugin',
      present({ isWell: undefined, parameters: [] }),
      /^fail: there is no STONITH plugin/,
    ],
    [
      'with other parameters',
      present({ isWell: true, parameters: ['hostname', 'ipaddr', 'userid'] }),
      /^fail: .* takes the parameters hostname, ipaddr, userid, and the inventory has hostname, ipaddr/,
    ],
  ])('%s', (_, fact, text) => {
    const results = said(fenced, 'stonith', { [probe.id]: fact })
    expect(results).toHaveLength(1)
    expect(results[0]).toMatch(text)
  })

  it('are asked on the node that would use them, and only in their mode', () => {
    const asked = (cluster: Cluster, node: string) =>
      (preflightProbes(cluster)[node] ?? []).some(({ id }) => id === probe.id)
    expect(asked(fenced, first.name)).toBe(true)
    expect(asked(fenced, second.name)).toBe(false)
    expect(asked(exampleCluster({ fencing: { ...fenced.fencing, mode: 'witness' } }), first.name)).toBe(false)
  })

  it('are never fired', () => {
    expect(probe.script).toContain(' -S ')
    expect(probe.script).not.toMatch(/ -T | reset/)
  })

  it.each([
    ['parameters hostname  ipaddr  \nwell\n', { isWell: true, parameters: names }],
    ['parameters hostname  ipaddr  \nill\n', { isWell: false, parameters: names }],
    ['parameters hostname  ipaddr  \n', { isWell: undefined, parameters: names }],
    ['parameters \n', { isWell: undefined, parameters: [] }],
  ])('are read from %j', (stdout, value) => {
    expect(probe.parse({ stdout, exitCode: 0 })).toEqual(present(value))
  })
})

describe('witnesses', () => {
  const witness = { pings: ['192.168.0.1'], tcp: [{ address: '192.168.0.53', port: 53 }], tries: 3 }
  const cluster = exampleCluster({ fencing: { ...fencing, mode: 'witness', witness } })
  const answers = (does: boolean) => ({
    [reach('192.168.0.1').id]: present({ answers: does, takesFullSize: false }),
    [acceptsTcp('192.168.0.53', 53).id]: present(does),
  })

  it('answer', () => {
    expect(said(cluster, 'witness', answers(true))).toEqual([
      'ok: the witness 192.168.0.1 answers',
      'ok: the witness 192.168.0.53:53 answers',
    ])
  })

  it('do not answer', () => {
    expect(said(cluster, 'witness', answers(false))).toEqual([
      'warn: the witness 192.168.0.1 does not answer',
      'warn: the witness 192.168.0.53:53 does not answer',
    ])
  })

  it('are not asked where nobody asks them', () => {
    expect(said(exampleCluster(), 'witness', {})).toEqual([])
  })
})
