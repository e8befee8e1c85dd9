import { describe, expect, it } from 'vitest'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { exportUsers } from '../../src/facts/export-users.ts'
import { type ExportsFact, exportsServed, type ServedExport } from '../../src/facts/exports.ts'
import { formerVolumes } from '../../src/facts/former.ts'
import { mountedAs, mountOf } from '../../src/facts/mount.ts'
import { mountdKnows } from '../../src/facts/mountd.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { type NfsClient, nfsClients } from '../../src/facts/nfs-clients.ts'
import { nfsServerWanted } from '../../src/steps/_nfs-server.ts'
import exports from '../../src/steps/exports.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { type Known, known, m1, m2, plan, settled } from './ha-fixture.ts'

const cluster = exampleCluster()
const question = exportsServed('/etc/exports.d/nfsha.exports')
const runs = known(nfsServer, present(nfsServerWanted(cluster)))
const mounted = cluster.volumes.map(volume => known(mountOf(volume.mountPoint), mountedAs(volume)))
const serving = settled(exports, { [m1]: [runs, ...mounted] })
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
    const now = settled(exports, { [m1]: [runs, ...mounted] }, byName)[m1] ?? []
    const [{ options } = ours] = [...now]
      .filter(([probe]) => probe.id === question.id)
      .flatMap(([, fact]) => (fact.state === 'present' ? (fact.value as ExportsFact).served : []))
    const found = serves([{ path: item.path, client: 'c1.example.net', options }])
    expect(plan(exports, { [m1]: [...now, found] }, byName)[m1]).toEqual({ kind: 'in-sync' })
  })

  describe('an export that is no longer wanted', () => {
    const users = (clients: readonly string[]) =>
      known(exportUsers(cluster), present([{ path: removed.path, clients }]))
    const diff = (...more: Known) => plan(exports, { ...serving, [m1]: [...files, ...more] })[m1]

    it('goes when no client uses it, and those that only have it mounted are thought of', () => {
      expect(diff(serves([ours, removed]), users([]))).toMatchObject({
        kind: 'change',
        risk: 'disruptive',
        summary: 'no longer export /srv/nfsha/old',
        promise: expect.stringContaining('ESTALE'),
      })
    })

    it('stays while a client uses it, and that one is named', () => {
      expect(diff(serves([ours, removed]), users(['192.0.2.1']))).toMatchObject({
        kind: 'refusal',
        id: 'export-in-use',
        reason: '/srv/nfsha/old is used by 192.0.2.1',
      })
    })

    it('stays while nobody knows who uses it', () => {
      expect(diff(serves([ours, removed]), known(exportUsers(cluster), unknown('timeout')))).toMatchObject({
        kind: 'refusal',
        id: 'unknown-users',
      })
    })

    it('goes with a volume that is gone too', () => {
      const elsewhere = { ...removed, path: '/srv/logs/app' }
      const former = known(
        formerVolumes(cluster),
        present([{ name: 'logs', minor: 1, role: 'Primary', mountedAt: ['/srv/logs'] }]),
      )
      expect(diff(serves([ours, elsewhere]), former, users([]))).toMatchObject({
        summary: 'no longer export /srv/logs/app',
      })
    })
  })

  describe('an export that is narrowed', () => {
    const [own] = cluster.exports
    if (own === undefined) throw new Error('the example exports something')
    const wider = { ...ours, client: '0.0.0.0/0' }
    const client = (address: string, states = 1, version = '4.2') => ({
      ...{ address, version, status: 'confirmed', states, name: `Linux NFSv4.2 ${address}` },
    })
    const known4 = (...clients: readonly NfsClient[]) =>
      known(nfsClients, present({ clients, inGrace: false }))
    const noted = (...mounts: readonly { address: string; path: string }[]) =>
      known(mountdKnows(cluster), present({ names: {}, mounts }))
    const outside = '203.0.113.5'
    const diff = (more: Known, params = {}, of = cluster) =>
      plan(exports, { ...serving, [m1]: [...files, ...more] }, of, params)[m1]

    it('names who would lose access, and is left until they are gone or given up', () => {
      const clients = [client(outside), client(outside, 0), client('192.168.0.1')]
      const facts = [serves([wider]), known4(...clients), noted()]
      expect(diff(facts)).toEqual({
        kind: 'refusal',
        id: 'permission-in-use',
        reason: `${outside} (Linux NFSv4.2 ${outside}) would lose access to ${ours.path}`,
        hint: `unmount it on ${outside} and run again, or let them lose it with --despite-clients`,
      })
      expect(diff(facts, { despiteClients: true })).toMatchObject({
        kind: 'change',
        risk: 'disruptive',
        promise: `${outside} (Linux NFSv4.2 ${outside}) loses access to ${ours.path}, and gets errors`,
        actions: [{ argv: ['exportfs', '-ra'] }],
      })
    })

    it('names who could no longer write', () => {
      const readOnly = {
        ...cluster,
        exports: [{ ...own, clients: own.clients.map(({ match }) => ({ match, options: ['ro', 'sync'] })) }],
      }
      const before = [serves([ours]), known4(client('192.168.0.1')), known(mountdKnows(readOnly), absent())]
      expect(diff(before, {}, readOnly)).toMatchObject({
        id: 'permission-in-use',
        reason: expect.stringContaining(`would lose writing on ${ours.path}`),
      })
    })

    it.each([
      ['nobody is known', known4()],
      ['nobody outside is known', known4(client('192.168.0.1'))],
      ['a node looks through the VIP', known4(client(cluster.nodes[1].links.em2?.address ?? '', 0))],
      ['a client has only begun', known4({ ...client(outside), status: 'unconfirmed' })],
    ])('is applied without a break where %s', (_, clients) => {
      expect(diff([serves([wider]), clients, noted()])).toMatchObject({
        risk: 'safe',
        promise: 'clients go on without a break',
      })
    })

    it('minds mounts of version 3 where that is served', () => {
      const facts = [serves([wider]), known4(), noted({ address: outside, path: `${ours.path}/below` })]
      expect(diff(facts)).toMatchObject({ risk: 'safe' })
      const v3 = { ...cluster, nfs: { ...cluster.nfs, v3: true } }
      expect(diff(facts, {}, v3)).toMatchObject({
        id: 'permission-in-use',
        reason: `${outside} (mounted by version 3) would lose access to ${ours.path}`,
      })
      const other = noted({ address: outside, path: '/srv/nfsha/other' })
      expect(diff([serves([wider]), known4(), other], {}, v3)).toMatchObject({ risk: 'safe' })
    })

    it.each([
      ['clients', known(nfsClients, unknown('timeout'))],
      ['mounts', known(mountdKnows(cluster), unknown('timeout'))],
    ])('is left while its %s are not known, and only then', (_, fact) => {
      const rest = [known4(), noted()].filter(([probe]) => probe.id !== fact[0].id)
      expect(diff([serves([wider]), ...rest, fact])).toMatchObject({ kind: 'refusal', id: 'unknown-users' })
      expect(diff([serves([]), ...rest, fact])).toMatchObject({ kind: 'change', risk: 'safe' })
    })
  })

  it('says ESTALE where an export gets another fsid', () => {
    const options = ours.options.map(option => (option.startsWith('fsid=') ? 'fsid=7' : option))
    const found = plan(exports, { ...serving, [m1]: [...files, serves([{ ...ours, options }])] })[m1]
    expect(found).toMatchObject({ risk: 'disruptive', promise: expect.stringContaining('ESTALE') })
  })

  it('leaves those of a volume that is yet to be mounted to the group', () => {
    const absentMounts = cluster.volumes.map(volume => known(mountOf(volume.mountPoint), absent()))
    for (const served of [[], [ours]])
      expect(plan(exports, { ...serving, [m1]: [...files, ...absentMounts, serves(served)] })[m1]).toEqual({
        kind: 'in-sync',
      })
  })
})
