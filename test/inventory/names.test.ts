import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Cluster } from '../../src/core/cluster.ts'
import { NfshaError } from '../../src/core/error.ts'
import { labelOf } from '../../src/facts/filesystem.ts'
import { hostName, nicName, packageName, path, volumeName } from '../../src/inventory/scalars.ts'
import { loadText } from '../fixtures/cluster.ts'
import { acceptedNames, acceptedPaths } from '../fixtures/names.ts'
import { shown } from '../render/tree.ts'

/* What the inventory accepts as a name goes through the real programs and comes back; the rest is refused with a reason. */

const directory = mkdtempSync(join(tmpdir(), 'nfsha-names-'))
afterAll(() => rmSync(directory, { recursive: true }))

function tell(command: string, args: readonly string[], env = {}, input = '') {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, ...env },
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`)
  return stdout.trim()
}

const two = { minLength: 2, maxLength: 2 }

/** A cluster of generated names, as an inventory says it. */
const clusters = fc
  .record({
    nodes: acceptedNames(hostName, two, name => name.split('.', 1)[0]?.toLowerCase() ?? ''),
    volumes: acceptedNames(volumeName, { minLength: 2, maxLength: 6 }),
    nics: acceptedNames(nicName, { minLength: 3, maxLength: 3 }),
    directories: acceptedPaths(path, { minLength: 6, maxLength: 6 }),
  })
  .map(({ nodes, volumes, nics, directories }) => {
    const ends = (host: number) =>
      Object.fromEntries(
        nics.map((nic, index) => [`em${index + 1}`, { nic, address: `10.0.${index}.${host}/24` }]),
      )
    const mounts = volumes.map((_, index) => `/srv/${index}${directories[index]}`.replace(/\/$/, ''))
    return {
      cluster: 'c-1',
      nodes: Object.fromEntries(nodes.map((name, index) => [name, { links: ends(index + 1) }])),
      links: { em1: ['service', 'heartbeat'], em2: ['heartbeat'], em3: ['replication'] },
      vips: ['10.0.0.9'],
      volumes: Object.fromEntries(
        volumes.map((name, index) => [name, { disk: `/dev/vd${'bcdefg'[index]}`, mount: mounts[index] }]),
      ),
      exports: mounts.map(mount => ({ path: `${mount}/e`, clients: '10.0.0.0/24' })),
      clients: { 'c-9': { mounts: mounts.map(mount => ({ export: `${mount}/e`, path: `/mnt${mount}` })) } },
      heartbeat: { ping: ['10.0.0.254'] },
      secrets: 'file:c.secrets',
    }
  })

const scripts = [
  'etc/ha.d/resource.d/nfsha',
  'etc/ha.d/rc.d/nfsha',
  'etc/drbd.d/nfsha-fence-peer',
  'usr/lib/stonith/plugins/external/nfsha',
  'usr/local/sbin/nfsha-monitor',
]

const drivers = { '8.4': '8.4.11', '9': '9.2.0' } as const

/** The resources and their devices as drbdadm of a dialect reads them on a node. */
function readByDrbdadm(cluster: Cluster, dialect: keyof typeof drivers, node: string) {
  const file = join(directory, 'drbd.conf')
  const spoken = { ...cluster, platform: { ...cluster.platform, drbdDialect: dialect } }
  const texts = [
    shown('etc/drbd.d/global_common.conf', spoken),
    ...spoken.volumes.map(volume => shown('etc/drbd.d/resource.res', spoken, spoken.nodes[0], volume)),
  ]
  writeFileSync(file, texts.join('').replace('usage-count no;', 'usage-count no; disable-ip-verification;'))
  const env = { DRBD_DRIVER_VERSION_OVERRIDE: drivers[dialect], __DRBD_NODE__: node }
  const resources = tell('drbdadm', ['-c', file, 'sh-resources'], env).split(/\s+/)
  return resources.map(name => [name, tell('drbdadm', ['-c', file, 'sh-dev', name], env)])
}

describe('accepted names', () => {
  it('are the same to drbdadm and to sh', async () => {
    await fc.assert(
      fc.asyncProperty(clusters, async written => {
        const { cluster } = await loadText(stringify(written))
        expect(cluster.nodes.map(({ name }) => name)).toEqual(Object.keys(written.nodes))
        expect(cluster.volumes.map(({ name }) => name)).toEqual(Object.keys(written.volumes))
        for (const [at, dialect] of (['8.4', '9'] as const).entries())
          expect(readByDrbdadm(cluster, dialect, cluster.nodes[at]?.name ?? '')).toEqual(
            cluster.volumes.map(({ name, device }) => [name, device]),
          )
        for (const script of scripts) tell('dash', ['-n'], {}, shown(script, cluster))
      }),
      { numRuns: 12 },
    )
  })

  it('of volumes have labels of their own, which mke2fs and xfs keep whole', () => {
    const [ext4, xfs] = [join(directory, 'ext4'), join(directory, 'xfs')]
    tell('truncate', ['-s', '1M', ext4])
    tell('truncate', ['-s', '300M', xfs])
    tell('mke2fs', ['-q', ext4])
    tell('mkfs.xfs', ['-q', xfs])
    const volumes = ['nfs-data', 'nfs-data-1', 'nfs-data-2', 'Disk.on_2', 'r-0', `x${'-'.repeat(31)}`]
    const labels = volumes.flatMap(name => {
      const [first, second] = (['ext4', 'xfs'] as const).map(fsType => labelOf({ ...volumeOf(name), fsType }))
      tell('e2label', [ext4, first ?? ''])
      tell('xfs_admin', ['-L', second ?? '', xfs])
      const read = [ext4, xfs].map(file => tell('blkid', ['-p', '-o', 'value', '-s', 'LABEL', file]))
      expect(read).toEqual([first, second])
      return read.map((label, index) => `${index} ${label}`)
    })
    expect(new Set(labels).size).toBe(labels.length)
  })
})

const volumeOf = (name: string) => ({
  name,
  minor: 0,
  device: '/dev/drbd0',
  port: 7788,
  mountPoint: '/srv/x',
  mkfsOptions: [],
  mountOptions: [],
  initialSync: 'skip' as const,
  carriesState: true,
})

describe('a name that a program takes for something else is refused:', () => {
  it.each([
    [volumeName, 'all', '"all" means every resource to drbdadm(8)', 'nfs-data'],
    [volumeName, 'common', 'is a section of drbd.conf(5)', 'nfs-data'],
    [volumeName, 'global', 'is a section of drbd.conf(5)', 'nfs-data'],
    [volumeName, 'minor-7', 'means the device of that number', 'nfs-data'],
    [volumeName, 'nfs/data', 'is not a name for a volume', 'begin with a letter'],
    [hostName, 'localhost', 'is every host to itself', 'the others'],
    [hostName, 'a..b', 'is not a host name', 'uname -n'],
    [hostName, `${'a'.repeat(64)}`, 'is not a host name', '64'],
    [nicName, 'em1.100@em1', 'is not an interface name', 'without the @'],
    [nicName, 'lo', 'is the loopback interface', 'the cable'],
    [packageName, 'nginx-', 'is to be removed', 'leave'],
    [path, '/srv/a ', 'ends with a blank', 'leave'],
    [path, '/srv/a\u{A0}b', 'contains U+00A0', 'plain blank'],
    [path, '/srv/a\u{200B}', 'contains U+200B', 'plain blank'],
    [path, `/srv/${'ä'.repeat(128)}`, 'is too long', '255 between'],
    [path, `${'/abcdefghi'.repeat(101)}`, 'is too long', '1000 bytes'],
  ])('%#: %s', (type, text, what, fix) => {
    const [issue] = type.safeParse(text).error?.issues ?? []
    expect(issue?.message).toContain(what)
    expect(issue).toMatchObject({ params: { hint: expect.stringContaining(fix) } })
  })
})

const written = {
  cluster: 'c',
  nodes: {
    a: { links: { em1: '192.168.0.1/24', em2: '10.0.0.1/24', em3: '10.0.1.1/24' } },
    b: { links: { em1: '192.168.0.2/24', em2: '10.0.0.2/24', em3: '10.0.1.2/24' } },
  },
  links: { em1: ['service', 'heartbeat'], em2: ['heartbeat'], em3: ['replication'] },
  vips: ['192.168.0.9'],
  volumes: { data: { disk: '/dev/sdb', mount: '/srv/x' } },
  exports: [{ path: '/srv/x/data', clients: '192.168.0.0/24' }],
  heartbeat: { ping: ['192.168.0.254'] },
  secrets: 'file:c.secrets',
}
const mount = { export: '/srv/x/data', path: '/mnt/x' }
const clients = (...mounts: readonly object[]) => ({ clients: { c: { mounts } } })
const exported = (client: string) => ({ exports: [{ path: '/srv/x/data', clients: client }] })
const longLink = 'replication-between-the-nodes'

describe('a name that does not fit where it goes is refused:', () => {
  it.each([
    [exported('-web1'), 'begins with "-", by which exports(5) knows default options', 'write a network'],
    [exported('192.168.0.*'), 'matches host names, and no address', '192.168.0.0/24'],
    [clients({ ...mount, path: '/' }), "the client's own root is there", '/mnt/nfsha'],
    [
      clients({ ...mount, path: `/mnt/${'ä'.repeat(60)}` }),
      'is too long for systemd',
      'systemd-escape --path',
    ],
    [
      clients({ ...mount, path: '/nfs/x', by: 'autofs', options: ['rw', 'sec=$X'] }),
      '"sec=$X" cannot stand in a map of autofs',
      'boot or automount',
    ],
    [
      {
        group: 'standard',
        volumes: { data: { disk: '/dev/sdb', mount: '/srv/x', 'mount-options': ['a#b'] } },
      },
      '"a#b" cannot stand in haresources',
      'group: lean',
    ],
    [
      {
        links: { em1: ['service', 'heartbeat'], em2: ['heartbeat'], [longLink]: ['replication'] },
        nodes: Object.fromEntries(
          Object.entries(written.nodes).map(([name, { links }]) => [
            name,
            { links: { em1: links.em1, em2: links.em2, [longLink]: links.em3 } },
          ]),
        ),
      },
      `"${longLink}" cannot be an interface's name, and a names none`,
      '15 characters',
    ],
  ])('%#', async (changed, what, fix) => {
    const error: unknown = await loadText(stringify({ ...written, ...changed })).catch(
      (caught: unknown) => caught,
    )
    if (!(error instanceof NfshaError)) throw new Error('the inventory loads', { cause: error })
    const [problem] = error.problems.length > 0 ? error.problems : [error]
    expect(problem?.message).toContain(what)
    expect(problem?.hint).toContain(fix)
    expect(problem?.at?.line).toBeGreaterThan(0)
  })

  it('and what they differ from loads', async () => {
    await expect(loadText(stringify({ ...written, ...clients(mount) }))).resolves.toBeDefined()
  })
})
