import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { type ExportsFact, exportsServed, type ServedExport } from '../../src/facts/exports.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { nfsServerWanted } from '../../src/steps/_nfs-server.ts'
import exports from '../../src/steps/exports.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { known, m1, m2, plan, settled } from './ha-fixture.ts'

const cluster = exampleCluster()
const question = exportsServed('/etc/exports.d/nfsha.exports')
const runs = known(nfsServer, present(nfsServerWanted(cluster)))
const serving = settled(exports, { [m1]: [runs] })
const files = serving[m1] ?? []
const [ours] = servedNow()
if (ours === undefined) throw new Error('the example exports something')

function servedNow(): readonly ServedExport[] {
  const found = files.find(([probe]) => probe.id === question.id)?.[1]
  return found?.state === 'present' ? (found.value as ExportsFact).served : []
}

function serves(served: readonly ServedExport[], elsewhere: readonly string[] = []) {
  return known(question, present({ served, elsewhere }))
}

const administrators = { path: '/home', client: '*', options: ['rw'] }
const removed = { path: '/srv/nfsha/old', client: '10.0.0.0/8', options: ['rw'] }

const stale: [string, ReturnType<typeof known>, string][] = [
  ['nothing', serves([]), '/srv/nfsha/data'],
  ['nothing that we know of', known(question, unknown('timeout')), '/srv/nfsha/data'],
  ['other options', serves([{ ...ours, options: [...ours.options, 'async'] }]), '/srv/nfsha/data'],
  ['another client', serves([{ ...ours, client: '*' }]), '/srv/nfsha/data'],
  ['an export that is no longer wanted', serves([ours, removed]), '/srv/nfsha/old'],
  ['without exportfs', known(question, absent()), '/srv/nfsha/data'],
]

const fine: [string, ReturnType<typeof known>][] = [
  ['ours', serves([ours])],
  ['ours and the administrator’s', serves([administrators, ours])],
  ['what the administrator exports on our volume', serves([ours, removed], ['/srv/nfsha/old'])],
]

describe('exports', () => {
  it('only writes the file where nfsd does not run', () => {
    const diff = plan(exports, {})[m2]
    expect(diff).toMatchObject({ kind: 'change', symbol: '+', risk: 'safe' })
    expect(
      diff?.kind === 'change' &&
        diff.actions.some(action => action.kind === 'run' && action.argv[0] === 'exportfs'),
    ).toBe(false)
  })

  it.each(fine)('is in sync when nfsd serves %s', (_, found) => {
    expect(plan(exports, { ...serving, [m1]: [...files, found] })[m1]).toEqual({ kind: 'in-sync' })
  })

  it.each(stale)('exports again, safely, when nfsd serves %s', (_, found, path) => {
    expect(plan(exports, { ...serving, [m1]: [...files, found] })[m1]).toMatchObject({
      kind: 'change',
      risk: 'safe',
      summary: expect.stringContaining(path),
      actions: [{ argv: ['exportfs', '-ra'], okCodes: [0, 1] }],
    })
  })

  it('takes a host that exportfs names in full for the same', () => {
    const [item] = cluster.exports
    if (item === undefined) throw new Error('the example exports something')
    const byName = { ...cluster, exports: [{ ...item, clients: [{ match: 'c1', options: ['rw'] }] }] }
    const now = settled(exports, { [m1]: [runs] }, byName)[m1] ?? []
    const [{ options } = ours] = [...now]
      .filter(([probe]) => probe.id === question.id)
      .flatMap(([, fact]) => (fact.state === 'present' ? (fact.value as ExportsFact).served : []))
    const found = serves([{ path: item.path, client: 'c1.example.net', options }])
    expect(plan(exports, { [m1]: [...now, found] }, byName)[m1]).toEqual({ kind: 'in-sync' })
  })
})
