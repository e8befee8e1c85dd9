import { describe, expect, it } from 'vitest'
import type { Cluster, Export } from '../../src/core/cluster.ts'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { Directories } from '../../src/facts/filesystem.ts'
import { wantedDirectories } from '../../src/steps/_directories.ts'
import exportDirectories from '../../src/steps/export-directories.ts'
import mountPoint from '../../src/steps/mount-point.ts'
import { givenOn, m1, m2, cluster as plain, volume } from './storage-fixture.ts'

const exported = (path: string, mode = '2775'): Export => ({
  path,
  volume: 'data',
  owner: '1000',
  group: 'users',
  mode,
  fsid: '1',
  clients: [],
})
const cluster: Cluster = { ...plain, exports: [exported('/srv/nfsha/b'), exported('/srv/nfsha/a b')] }
const wanted = wantedDirectories(cluster, volume)
const allThere: Directories = Object.fromEntries(
  wanted.map(({ path, owner, group, mode }) => [path, { kind: 'directory', owner, group, mode }]),
)

const onBoth = (step: typeof mountPoint, facts: Readonly<Record<string, Fact<unknown>>>) => {
  const side = { facts: { 'hold marker': absent(), ...facts } as never }
  return step.diff(givenOn(m1, { cluster }), { host: m1, ...side }, { host: m2, ...side })
}

const directories = (found: Fact<Directories>) => onBoth(exportDirectories, { directories: found })

describe('wantedDirectories', () => {
  it('has parents before their children, state for what is in use', () => {
    expect(wanted.map(({ path, mode }) => `${path} ${mode}`)).toEqual([
      '/srv/nfsha/.nfsha 0711',
      '/srv/nfsha/.nfsha/nfsdcld 0700',
      '/srv/nfsha/.nfsha/statd 0700',
      '/srv/nfsha/.nfsha/statd/sm 0700',
      '/srv/nfsha/.nfsha/statd/sm.bak 0700',
      '/srv/nfsha/.nfsha/tickle 0700',
      '/srv/nfsha/a b 2775',
      '/srv/nfsha/b 2775',
    ])
    const nfs = { ...cluster.nfs, clientDatabaseOnVolume: false, tickle: false, v3: false }
    expect(wantedDirectories({ ...cluster, nfs, exports: [] }, volume)).toHaveLength(1)
    expect(wantedDirectories({ ...cluster, exports: [] }, { ...volume, carriesState: false })).toEqual([])
  })
})

describe('export-directories', () => {
  it('are the business of the node that has the volume mounted', () => {
    expect(directories(absent())).toEqual({ kind: 'in-sync' })
    expect(directories(present(allThere))).toEqual({ kind: 'in-sync' })
  })

  it.each<[string, Directories[string], string, string]>([
    ['makes a missing one', { kind: 'missing' }, '+', 'make /srv/nfsha/b 1000:users 2775'],
    [
      'mends owner and mode',
      { kind: 'directory', owner: '0', group: 'users', mode: '0755' },
      '~',
      'give /srv/nfsha/b 1000:users 2775 (now 0:users 0755)',
    ],
  ])('%s, while it is mounted', (_, at, symbol, summary) => {
    const change = directories(present({ ...allThere, '/srv/nfsha/b': at }))
    expect(change).toMatchObject({ kind: 'change', symbol, summary, risk: 'safe' })
    if (change.kind !== 'change') return
    expect(change.actions).toMatchObject([
      { argv: ['install', '-d', '-o', '1000', '-g', 'users', '-m', '2775', '/srv/nfsha/b'] },
    ])
    expect(change.actions[0]?.guard?.script).toContain('mountpoint -q /srv/nfsha')
    expect(directories(change.expect.self?.[0]?.fact as Fact<Directories>)).toEqual({ kind: 'in-sync' })
  })

  it('never follows a link that a client may have made', () => {
    const link = { kind: 'other', what: 'a symbolic link to /etc' } as const
    expect(directories(present({ ...allThere, '/srv/nfsha/b': link }))).toMatchObject({
      kind: 'refusal',
      id: 'not-a-directory',
      reason: '/srv/nfsha/b is a symbolic link to /etc',
    })
  })

  it('refuses on what could not be read', () => {
    expect(directories(unknown('timeout'))).toMatchObject({ kind: 'refusal', id: 'unknown-directories' })
  })
})

describe('mount-point', () => {
  const here = present({ kind: 'directory', mode: '0755', owner: 'root:root' })
  const mounted = (source: string) => present({ source, fsType: 'ext4' })
  const diff = (
    directory: Fact<unknown>,
    mount: Fact<unknown>,
    places: Fact<unknown> = present(mount.state === 'present' ? ['/srv/nfsha'] : []),
  ) => onBoth(mountPoint, { directory, mount, places })

  it('does not move below clients', () => {
    expect(diff(absent(), absent(), present(['/srv/former']))).toMatchObject({
      kind: 'refusal',
      id: 'mounted-elsewhere',
      reason: expect.stringContaining('/srv/former'),
    })
  })

  it('is in sync when it is there, mounted or not', () => {
    expect(diff(here, absent())).toEqual({ kind: 'in-sync' })
    expect(diff(here, mounted('/dev/drbd0'))).toEqual({ kind: 'in-sync' })
  })

  it('is made with its parents', () => {
    const change = diff(absent(), absent())
    expect(change).toMatchObject({
      kind: 'change',
      actions: [{ argv: ['install', '-d', '-o', 'root', '-g', 'root', '-m', '0755', '/srv/nfsha'] }],
    })
    if (change.kind === 'change')
      expect(diff(change.expect.self?.[0]?.fact ?? absent(), absent())).toEqual({ kind: 'in-sync' })
  })

  it.each<[string, Fact<unknown>, Fact<unknown>]>([
    ['mount-point-taken', here, mounted('/dev/sda1')],
    ['mount-point-taken', present({ kind: 'file', mode: '0644', owner: 'root:root' }), absent()],
    ['mount-point-taken', present({ kind: 'symlink', mode: '0777', owner: 'root:root' }), absent()],
    ['unknown-mount-point', unknown('Stale file handle'), absent()],
    ['unknown-mount-point', here, unknown('no answer')],
  ])('%s is refused: %#', (id, directory, mount) => {
    expect(diff(directory, mount)).toMatchObject({ kind: 'refusal', id })
  })
})
