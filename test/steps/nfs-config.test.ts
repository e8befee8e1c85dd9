import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/core/action.ts'
import type { Cluster } from '../../src/core/cluster.ts'
import type { Diff } from '../../src/core/diff.ts'
import { absent, present, unknown } from '../../src/core/fact.ts'
import { type NfsServerFact, nfsServer } from '../../src/facts/nfs.ts'
import { type NfsHelpersFact, nfsHelpers } from '../../src/facts/nfs-helpers.ts'
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

const shellcheck = (input: string) =>
  spawnSync('shellcheck', ['-s', 'sh', '-'], { input, encoding: 'utf8' }).stdout

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
    [
      'move the client database from /var/lib/nfs/nfsdcld to /srv/nfsha/.nfsha/nfsdcld, nfsd stopped meanwhile',
    ],
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
    expect(commands(diff).map(line => line.replace('systemctl --no-ask-password ', ''))).toEqual(lines)
  })

  it('has only plain POSIX sh in what it runs', () => {
    const found = runs({ clientDatabase: '/var/lib/nfs/nfsdcld' })
    const diff = plan(nfsConfig, { ...pair, [m1]: [...(pair[m1] ?? []), found] })[m1]
    const scripts = diff?.kind === 'change' ? diff.actions.filter(action => action.kind === 'script') : []
    expect(scripts).toHaveLength(1)
    for (const { script } of scripts) expect(shellcheck(script)).toBe('')
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

describe('the helpers beside nfsd', () => {
  const { nfs } = cluster
  const home = '/var/lib/nfs'
  const v3 = exampleCluster({ nfs: { ...nfs, v3: true, portmapper: true } })
  const atHome = exampleCluster({ nfs: { ...nfs, v3: true, portmapper: true, lockRecovery: false } })
  const kept = exampleCluster({ nfs: { ...nfs, portmapper: true } })
  const volume = '/srv/nfsha/.nfsha/statd'
  const well: NfsHelpersFact = {
    mountd: { port: nfs.mountdPort, v3: true },
    statd: { port: nfs.statdPort, directory: volume },
    nfsdcld: true,
    lockd: { port: nfs.lockdPort, listens: true },
  }
  const { statd: _statd, ...withoutStatd } = well
  const statdAtHome = { port: nfs.statdPort, directory: home }
  /** What runs before version 3 is asked for. */
  const without: NfsHelpersFact = {
    mountd: { port: nfs.mountdPort, v3: false },
    statd: statdAtHome,
    nfsdcld: true,
    lockd: { port: nfs.lockdPort, listens: false },
  }
  const mountd = 'systemctl --no-ask-password --job-mode=ignore-dependencies restart nfs-mountd.service'
  const statdTo = (directory: string) => `move statd's records to ${directory}, and restart it`
  const nfsd = 'systemctl --no-ask-password restart nfs-server.service'
  const nfsdcld = 'systemctl --no-ask-password restart nfsdcld.service'

  /** The change on a node with these helpers, and what nfsd serves there; undefined: it is passive. */
  function mend(of: Cluster, helpers: NfsHelpersFact, versions?: readonly string[]): Diff | undefined {
    const server = versions && known(nfsServer, present({ ...nfsServerWanted(of), versions }))
    const facts = [...(settled(nfsConfig, {}, of)[m1] ?? []), known(nfsHelpers(of.nfs), present(helpers))]
    return plan(nfsConfig, { ...settled(nfsConfig, {}, of), [m1]: server ? [...facts, server] : facts }, of)[
      m1
    ]
  }
  const [new3, old3] = [
    ['3', '4.1', '4.2'],
    ['4.1', '4.2'],
  ]

  it.each<[string, Cluster, NfsHelpersFact, readonly string[] | undefined, readonly string[]]>([
    ['version 3 comes, active', v3, without, old3, [statdTo(volume), mountd, nfsd]],
    ['version 3 comes, passive', v3, without, undefined, [mountd]],
    // statd has gone with the portmapper, in the step before.
    ['version 3 goes, active', cluster, well, new3, [mountd, nfsd]],
    ['version 3 goes, active, but the portmapper is kept', kept, well, new3, [statdTo(home), mountd, nfsd]],
    ['version 3 goes, passive', cluster, withoutStatd, undefined, [mountd]],
    ['all agree', v3, well, new3, []],
    ['all agree on the passive node, where the group will start statd', v3, withoutStatd, undefined, []],
    ['statd goes on in its old place', v3, { ...well, statd: statdAtHome }, new3, [statdTo(volume)]],
    ['lock recovery goes, active', atHome, well, new3, [statdTo(home)]],
    [
      'lock recovery goes, passive: no start of the group begins statd',
      atHome,
      withoutStatd,
      undefined,
      [statdTo(home)],
    ],
    [
      'the client database goes, passive',
      exampleCluster({ nfs: { ...nfs, clientDatabaseOnVolume: false } }),
      { ...without, nfsdcld: false },
      undefined,
      [nfsdcld],
    ],
    ['another port of mountd, either node', v3, { ...well, mountd: { port: 1, v3: true } }, new3, [mountd]],
    [
      'another port of statd',
      v3,
      { ...well, statd: { port: 1, directory: volume } },
      new3,
      [statdTo(volume)],
    ],
    [
      'another port of lockd, active',
      v3,
      { ...well, lockd: { port: 1, listens: false } },
      new3,
      [expect.stringMatching(/^sysctl -q fs[.]nfs[.]nlm_tcpport=/), nfsd],
    ],
    [
      'another port of lockd, passive',
      v3,
      { ...well, lockd: { port: 1, listens: false } },
      undefined,
      [expect.stringMatching(/^sysctl/)],
    ],
    [
      'lockd listens for what the node has mounted itself',
      cluster,
      { ...without, lockd: { port: nfs.lockdPort, listens: true } },
      old3,
      [],
    ],
    ['none runs yet', v3, { nfsdcld: false }, undefined, []],
  ])('%s', (_, of, helpers, versions, lines) => {
    const found = JSON.parse(JSON.stringify(helpers)) as NfsHelpersFact
    expect(commands(mend(of, found, versions))).toEqual(lines)
  })

  it('moves statd by plain POSIX sh', () => {
    const diff = mend(v3, { ...well, statd: statdAtHome }, new3)
    const [action] = diff?.kind === 'change' ? diff.actions : []
    expect(action?.kind === 'script' ? shellcheck(action.script) : 'no script').toBe('')
  })

  it('says that clients wait only where nfsd restarts', () => {
    expect(mend(v3, { ...well, mountd: { port: 1, v3: true } }, new3)).toMatchObject({
      risk: 'safe',
      promise: 'clients notice nothing',
    })
    expect(mend(v3, without, old3)).toMatchObject({
      risk: 'disruptive',
      promise: expect.stringContaining('clients wait'),
    })
    expect(mend(v3, { ...well, lockd: { port: 1, listens: false } }, new3)).toMatchObject({
      risk: 'disruptive',
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
