import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/core/action.ts'
import type { Diff } from '../../src/core/diff.ts'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { type NfsServerFact, nfsServer } from '../../src/facts/nfs.ts'
import { unit, unitFromPackage } from '../../src/facts/unit.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import { nfsServerWanted } from '../../src/steps/_nfs-server.ts'
import nfsConfig from '../../src/steps/nfs-config.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { known, m1, m2, plan, settled } from './ha-fixture.ts'

const cluster = exampleCluster()
const wanted = nfsServerWanted(cluster)
const pair = settled(nfsConfig, {})

function runs(more: Partial<NfsServerFact>) {
  return known(nfsServer, present({ ...wanted, ...more }))
}

/** The command lines of a change; what puts files by path. */
function commands(diff: Diff | undefined): readonly string[] {
  const words = (action: Action) =>
    action.kind === 'run'
      ? action.argv.join(' ')
      : action.kind === 'put'
        ? `put ${action.path}`
        : action.title
  return diff?.kind === 'change' ? diff.actions.map(words) : []
}

const { clientDatabase: _, ...withoutDatabase } = wanted
const agreements: [string, ReturnType<typeof known>, string, readonly string[]][] = [
  ['another lease', runs({ leaseSeconds: 90 }), 'disruptive', ['restart nfs-server.service']],
  ['another grace period', runs({ graceSeconds: 90 }), 'disruptive', ['restart nfs-server.service']],
  ['version 3', runs({ versions: ['3', '4.1', '4.2'] }), 'disruptive', ['restart nfs-server.service']],
  [
    'a client database on the node',
    runs({ clientDatabase: '/var/lib/nfs/nfsdcld' }),
    'disruptive',
    ['restart nfsdcld.service', 'restart nfs-server.service'],
  ],
  [
    'a record of clients that the other node does not read',
    runs({ recordsElsewhere: true }),
    'disruptive',
    ['restart nfsdcld.service', 'restart nfs-server.service'],
  ],
  ['no client database', known(nfsServer, present(withoutDatabase)), 'safe', ['restart nfsdcld.service']],
]

describe('nfs-config', () => {
  it('writes four files on a blank node and loads the drop-ins', () => {
    const diff = plan(nfsConfig, {})[m1]
    expect(diff).toMatchObject({ kind: 'change', symbol: '+', risk: 'safe' })
    expect(commands(diff).filter(line => !line.startsWith('mkdir'))).toEqual([
      'put /etc/nfs.conf.d/nfsha.conf',
      'put /etc/systemd/system/nfs-server.service.d/nfsha.conf',
      'put /etc/systemd/system/nfsdcld.service.d/nfsha.conf',
      'put /etc/systemd/system/rpc-statd.service.d/nfsha.conf',
      'systemctl --no-ask-password daemon-reload',
    ])
  })

  it('is in sync on a pair that has them, serving or not', () => {
    const diffs = plan(nfsConfig, { ...pair, [m1]: [...(pair[m1] ?? []), runs({})] })
    expect(diffs).toEqual({ [m1]: { kind: 'in-sync' }, [m2]: { kind: 'in-sync' } })
  })

  it.each(agreements)('mends a server that runs with %s', (_, found, risk, lines) => {
    const diff = plan(nfsConfig, { ...pair, [m1]: [...(pair[m1] ?? []), found] })[m1]
    expect(diff).toMatchObject({ kind: 'change', risk })
    expect(commands(diff)).toEqual(lines.map(line => `systemctl --no-ask-password ${line}`))
  })

  it('says what it costs to bring a server back to nfsdcld, and leaves it where no record is wanted', () => {
    const facts = { ...pair, [m1]: [...(pair[m1] ?? []), runs({ recordsElsewhere: true })] }
    expect(plan(nfsConfig, facts)[m1]).toMatchObject({
      summary: 'restart the NFS server in place for a record of its clients',
      promise: expect.stringMatching(/a client that came since nfsd last started loses its locks$/),
    })
    const local = { ...cluster, nfs: { ...cluster.nfs, clientDatabaseOnVolume: false } }
    const found = runs({ clientDatabase: '/var/lib/nfs/nfsdcld', recordsElsewhere: true })
    const unread = settled(nfsConfig, {}, local)
    expect(plan(nfsConfig, { ...unread, [m1]: [...(unread[m1] ?? []), found] }, local)[m1]).toEqual({
      kind: 'in-sync',
    })
  })

  it('changes the number of threads without a break', () => {
    const diff = plan(nfsConfig, { ...pair, [m1]: [...(pair[m1] ?? []), runs({ threads: 1 })] })[m1]
    expect(diff).toMatchObject({ kind: 'change', risk: 'safe' })
    expect(commands(diff)).toEqual([`rpc.nfsd ${wanted.threads}`])
  })

  it('restarts nothing for a server that does not run', () => {
    const stopped = known(nfsServer, absent())
    expect(plan(nfsConfig, { ...pair, [m1]: [...(pair[m1] ?? []), stopped] })[m1]).toEqual({
      kind: 'in-sync',
    })
  })

  it('loads a drop-in that systemd has not read', () => {
    const fact = unitFromPackage(false)
    const stale = known(unit('nfs-server.service'), fact)
    const diff = plan(nfsConfig, { ...pair, [m2]: [...(pair[m2] ?? []), stale] })[m2]
    expect(commands(diff)).toEqual(['systemctl --no-ask-password daemon-reload'])
  })

  it('refuses a file that cannot be read', () => {
    const file = known(ownedFile(cluster, '/etc/nfs.conf.d/nfsha.conf'), unknown('I/O error'))
    expect(plan(nfsConfig, { ...pair, [m1]: [...(pair[m1] ?? []), file] })[m1]).toMatchObject({
      kind: 'refusal',
      id: 'unknown-file',
    })
  })
})

describe('nfsServerWanted', () => {
  it.each([
    [{ v3: false, v40: false }, ['4.1', '4.2']],
    [{ v3: true, v40: true }, ['3', '4.0', '4.1', '4.2']],
  ])('serves versions %j', (settings, versions) => {
    expect(nfsServerWanted({ ...cluster, nfs: { ...cluster.nfs, ...settings } }).versions).toEqual(versions)
  })

  it('keeps the client database on the volume, or where nfsdcld does', () => {
    expect(wanted.clientDatabase).toBe('/srv/nfsha/.nfsha/nfsdcld')
    const local = { ...cluster, nfs: { ...cluster.nfs, clientDatabaseOnVolume: false } }
    expect(nfsServerWanted(local).clientDatabase).toBe('/var/lib/nfs/nfsdcld')
  })
})
