import { describe, expect, it } from 'vitest'
import type { Cluster, Export } from '../../src/core/cluster.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { shown } from './tree.ts'

const example = exampleCluster()
const fsid = example.exports[0]?.fsid

/** The lines of nfsha.exports for one export on a volume. */
function lines(exported: Partial<Export>, mountPoint = '/srv/nfsha'): readonly string[] {
  const cluster = exampleCluster({
    volumes: example.volumes.map(volume => ({ ...volume, mountPoint })),
    exports: example.exports.map(each => ({ ...each, ...exported })),
  })
  return shown('etc/exports.d/nfsha.exports', cluster)
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
}

describe('exports', () => {
  it('give each client its options, the fsid and the mount point that must be there', () => {
    const clients = [
      { match: '10.0.0.0/8', options: ['rw', 'sync'] },
      { match: '@trusted', options: ['ro'] },
    ]
    expect(lines({ clients })).toEqual([
      `/srv/nfsha/data 10.0.0.0/8(rw,sync,fsid=${fsid},mp=/srv/nfsha) @trusted(ro,fsid=${fsid},mp=/srv/nfsha)`,
    ])
  })

  it.each([
    ['/srv/nfsha/my data', '/srv/nfsha/my\\040data'],
    ['/srv/nfsha/a#b', '/srv/nfsha/a\\043b'],
    ['/srv/nfsha/"q"', '/srv/nfsha/\\042q\\042'],
    ['/srv/nfsha/back\\slash', '/srv/nfsha/back\\134slash'],
    ['/srv/nfsha/tab\tbed', '/srv/nfsha/tab\\011bed'],
    ['/srv/nfsha/größe', '/srv/nfsha/größe'],
  ])('spell %j as exports(5) reads it', (path, spelled) => {
    expect(lines({ path })[0]?.split(' ')[0]).toBe(spelled)
  })

  it.each(['/srv/n f', '/srv/n,f', '/srv/n(f)', '/srv/n"f'])(
    'leave mp= out for the mount point %j, which exportfs could not keep',
    mountPoint => {
      expect(lines({}, mountPoint)[0]).not.toContain('mp=')
    },
  )

  it.each([['fsid=7'], ['mountpoint=/srv'], ['mp']])(
    'add nothing that the options say already: %s',
    option => {
      const [line = ''] = lines({ clients: [{ match: '*', options: [option] }] })
      const name = option.startsWith('fsid') ? /fsid=/g : /\b(mp|mountpoint)\b/g
      expect(line.match(name)).toHaveLength(1)
    },
  )
})

describe('nfs.conf', () => {
  const of = (nfs: Partial<Cluster['nfs']>) =>
    shown('etc/nfs.conf.d/nfsha.conf', exampleCluster({ nfs: { ...example.nfs, ...nfs } }))

  it.each<[Partial<Cluster['nfs']>, readonly string[]]>([
    [{ v3: false, v40: false }, ['vers3=n', 'vers4.0=n', 'vers4.1=y', 'vers4.2=y']],
    [{ v3: true, v40: true }, ['vers3=y', 'vers4.0=y']],
    [{ graceSeconds: 60, leaseSeconds: 40, threads: 3 }, ['grace-time=60', 'lease-time=40', 'threads=3']],
    [{ mountdPort: 1, statdPort: 2, statdOutgoingPort: 3 }, ['port=1', 'port=2', 'outgoing-port=3']],
  ])('for %j says %j', (nfs, expected) => {
    expect(of(nfs).split('\n')).toEqual(expect.arrayContaining([...expected]))
  })

  it('puts the client database on the volume, or leaves it on the node', () => {
    expect(of({})).toContain('[nfsdcld]\nstoragedir=/srv/nfsha/.nfsha/nfsdcld\n')
    expect(of({ clientDatabaseOnVolume: false })).not.toContain('storagedir')
  })

  it('lets statd hold the volume only where v3 is served, with lock recovery', () => {
    expect(of({ v3: true })).toContain('state-directory-path=/srv/nfsha/.nfsha/statd\n')
    expect(of({ v3: false })).not.toContain('state-directory-path')
    expect(of({ v3: true, lockRecovery: false })).not.toContain('state-directory-path')
  })
})

describe('the drop-ins', () => {
  it('leave the threads to the group script, and stop after heartbeat', () => {
    const server = shown('etc/systemd/system/nfs-server.service.d/nfsha.conf', example)
    expect(server).toContain('PartOf=heartbeat.service\n')
    expect(server).toContain('ExecStart=\nExecStart=/etc/ha.d/resource.d/nfsha m1-m2 nfsd\n')
    const heartbeat = shown('etc/systemd/system/heartbeat.service.d/nfsha.conf', example)
    expect(heartbeat).toMatch(/^Wants=.* nfs-server\.service$/m)
    expect(heartbeat).toMatch(/^After=.* nfs-server\.service$/m)
  })

  it('keep heartbeat and the NFS server apart in the standard chain, where an agent starts it', () => {
    const standard = exampleCluster({ group: 'standard' })
    const heartbeat = shown('etc/systemd/system/heartbeat.service.d/nfsha.conf', standard)
    expect(heartbeat).not.toContain('nfs-server')
  })

  it('give nfsd one scope on both nodes of the standard chain', () => {
    const standard = exampleCluster({ group: 'standard' })
    const [first, second] = standard.nodes.map(node =>
      shown('etc/systemd/system/nfs-server.service.d/nfsha.conf', standard, node),
    )
    expect(first).toContain(
      `ExecStart=\nExecStart=/usr/bin/unshare --uts /bin/sh -c 'hostname nfsha-m1-m2 && exec /usr/sbin/rpc.nfsd'\n`,
    )
    expect(second).toBe(first)
  })

  it('keep nfsdcld from an empty mount point', () => {
    const of = (mountPoint: string, clientDatabaseOnVolume = true) =>
      shown(
        'etc/systemd/system/nfsdcld.service.d/nfsha.conf',
        exampleCluster({
          volumes: example.volumes.map(volume => ({ ...volume, mountPoint })),
          nfs: { ...example.nfs, clientDatabaseOnVolume },
        }),
      )
    expect(of('/srv/100% ours')).toContain('ConditionPathIsMountPoint=/srv/100%% ours\n')
    expect(of('/srv/nfsha', false)).not.toContain('Condition')
  })
})
