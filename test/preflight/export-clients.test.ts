import { describe, expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { keytab } from '../../src/facts/keytab.ts'
import { netgroup } from '../../src/facts/netgroup.ts'
import { evaluate, preflightProbes } from '../../src/preflight/preflight.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { blankPair } from './fine-facts.ts'

const example = exampleCluster()
const [first] = example.nodes
const probes = (cluster: typeof example) => preflightProbes(cluster)[first.name]?.map(({ id }) => id)

/** The example, exported to one client with these options. */
function exportedTo(match: string, ...options: readonly string[]) {
  const clients = [{ match, options }]
  return exampleCluster({ exports: example.exports.map(each => ({ ...each, clients })) })
}

function foundOf(cluster: typeof example, check: string, { id }: Probe<unknown>, fact: Fact<unknown>) {
  const facts = blankPair(cluster)
  const own = { ...facts, [first.name]: { ...facts[first.name], [id]: fact } }
  return evaluate(cluster, own).filter(each => each.node === first.name && each.check === check)
}

describe('kerberos', () => {
  const only = exportedTo('192.168.0.0/24', 'rw', 'sec=krb5p:krb5i')
  const also = exportedTo('192.168.0.0/24', 'rw', 'sec=krb5:sys')
  const fine = present({ hasNfs: true, isAnswered: true })

  it.each([
    [only, fine, 'ok', /has a principal/],
    [only, absent(), 'fail', /there is no \/etc\/krb5.keytab, so no client could mount by sec=krb5/],
    [also, absent(), 'warn', /there is no \/etc\/krb5.keytab/],
    [only, present({ hasNfs: false, isAnswered: true }), 'fail', /has no principal nfs\/NAME/],
    [only, present({ hasNfs: true, isAnswered: false }), 'fail', /neither rpc.svcgssd nor gssproxy/],
    [only, unknown('it may not be read'), 'unknown', /it may not be read/],
  ])('%#', (cluster, fact, result, message) => {
    const [found] = foundOf(cluster, 'kerberos', keytab, fact)
    expect(found).toMatchObject({ result, message: expect.stringMatching(message) })
    expect(result === 'ok' ? '' : found?.fix).toEqual(result === 'ok' ? '' : expect.stringMatching(/\w/))
  })

  it('is nothing to ask for where exports are by sys', () => {
    expect(probes(example)).not.toContain(keytab.id)
    expect(probes(exportedTo('*', 'rw', 'sec=sys'))).not.toContain(keytab.id)
  })
})

describe('netgroups', () => {
  const trusted = exportedTo('@trusted', 'rw')

  it.each([
    [present(true), 'ok', /@trusted is a netgroup/],
    [absent(), 'fail', /knows no netgroup @trusted/],
    [unknown('no directory server answers'), 'unknown', /no directory server answers/],
  ])('%#', (fact, result, message) => {
    expect(foundOf(trusted, 'netgroups', netgroup('trusted'), fact)).toMatchObject([
      { result, message: expect.stringMatching(message) },
    ])
  })
})
