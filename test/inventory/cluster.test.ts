import { describe, expect, it } from 'vitest'
import { derivedFsid } from '../../src/inventory/build-storage.ts'
import { loadText } from '../fixtures/cluster.ts'
import { base, basePlus, baseWith } from './base.ts'

describe('what an inventory means', () => {
  it('says the same in short and in long', async () => {
    const long = base
      .replace('  a:\n', '  a:\n    ssh: { host: 10.9.0.1, port: 2222, user: root }\n')
      .replace('em2: 10.0.0.1/24', 'em2: { nic: em2, address: 10.0.0.1/24 }')
      .replace('em1: [service, heartbeat]', 'em1: { for: [service, heartbeat], medium: ucast, mtu: 1500 }')
      .replace('[192.168.0.9]', '[{ address: 192.168.0.9/24, link: em1 }]')
      .replace('disk: /dev/sdb', 'disk: { a: /dev/sdb, b: /dev/sdb }')
      .replace(
        'clients: 192.168.0.0/24',
        'clients: [{ match: 192.168.0.0/24, options: [rw, sync, no_subtree_check] }]',
      )
      .replace('ping: [192.168.0.254]', 'ping: [[192.168.0.254]]\n  keepalive: 1000ms\n  auto_failback: off')
    const short = baseWith('  a:\n', '  a:\n    ssh: root@10.9.0.1:2222\n')
    const plain = async (text: string) => JSON.parse(JSON.stringify((await loadText(text)).cluster))
    expect(await plain(long)).toEqual(await plain(short))
  })

  it('knows the interface of a link by node', async () => {
    const { cluster } = await loadText(
      baseWith('em2: 10.0.0.2/24', 'em2: { nic: ens5, address: 10.0.0.2/24 }'),
    )
    expect(cluster.nodes.map(node => node.links.em2?.nic)).toEqual(['em2', 'ens5'])
    expect(cluster.hostRoutes.b?.[0]).toEqual({ destination: '10.0.0.1', nic: 'ens5', source: '10.0.0.2' })
  })

  it.each([
    ['by default on links without service', base, ['10.0.0.2', '10.0.1.2']],
    ['on the links named', basePlus('routes: [em3]'), ['10.0.1.2']],
    ['on none', basePlus('routes: off'), []],
    ['only where the peer is inside the prefix', baseWith('em2: 10.0.0.2', 'em2: 10.0.9.2'), ['10.0.1.2']],
  ])('routes to the peer %s', async (_, text, destinations) => {
    const { cluster } = await loadText(text)
    expect(cluster.hostRoutes.a?.map(route => route.destination)).toEqual(destinations)
  })

  it('lists all media, links first', async () => {
    const text = base
      .replace('em1: [service, heartbeat]', 'em1: { for: [service, heartbeat], medium: bcast }')
      .replace('em2: [heartbeat]', 'em2: { for: [heartbeat], medium: mcast }')
      .replace('ping:', 'serial: [/dev/ttyS0, { device: /dev/ttyS1, baud: 115200 }]\n  ping:')
    const { cluster } = await loadText(text)
    expect(cluster.heartbeat.media).toEqual([
      { kind: 'bcast', link: 'em1' },
      { kind: 'mcast', link: 'em2', group: '239.0.0.43', port: 694, ttl: 1, loop: 0 },
      { kind: 'serial', device: '/dev/ttyS0', baud: 19_200 },
      { kind: 'serial', device: '/dev/ttyS1', baud: 115_200 },
    ])
  })

  it('derives timers from deadtime', async () => {
    const { cluster } = await loadText(baseWith('ping:', 'deadtime: 5\n  ping:'))
    expect(cluster.heartbeat).toMatchObject({
      keepaliveMs: 500,
      warntimeMs: 2500,
      initdeadMs: 30_000,
      deadpingMs: 5000,
    })
    const slow = await loadText(baseWith('ping:', 'deadtime: 20\n  ping:'))
    expect(slow.cluster.heartbeat).toMatchObject({
      keepaliveMs: 1000,
      warntimeMs: 10_000,
      initdeadMs: 40_000,
      deadpingMs: 20_000,
    })
  })

  it('counts minors and ports, and lets the first volume carry the state', async () => {
    const { cluster } = await loadText(
      baseWith('exports:', '  more: { disk: /dev/sdc, mount: /srv/my data, fs: xfs }\nexports:').replace(
        'heartbeat:\n',
        '  - { path: /srv/my data/x, clients: c, owner: "www:staff", mode: 0770 }\nheartbeat:\n',
      ),
    )
    expect(cluster.volumes.map(({ device, port, carriesState }) => [device, port, carriesState])).toEqual([
      ['/dev/drbd0', 7788, true],
      ['/dev/drbd1', 7789, false],
    ])
    expect(cluster.exports[1]).toMatchObject({ volume: 'more', owner: 'www', group: 'staff', mode: '0770' })
    expect(cluster.packages).toContain('xfsprogs')
  })

  it.each([
    ['0770', '0770'],
    ['2775', '2775'],
    ["'0755'", '0755'],
    ['0o750', '0750'],
    ['700', '0700'],
  ])('reads the mode %s as octal', async (written, mode) => {
    const { cluster } = await loadText(baseWith('fsid: 1', `fsid: 1\n    mode: ${written}`))
    expect(cluster.exports[0]?.mode).toBe(mode)
  })

  it('installs what it uses, and what was asked for', async () => {
    const { cluster } = await loadText(basePlus('packages: [tmux]\ntime: { sync: unmanaged }'))
    expect(cluster.packages).toContain('tmux')
    expect(cluster.packages).not.toContain('chrony')
    expect([...cluster.packages].sort()).toEqual(cluster.packages)
  })

  it('names the nodes, their aliases and the VIPs in /etc/hosts', async () => {
    const text = base
      .replace('  a:\n', '  A.x.net:\n')
      .replace('  b:\n', '  b.x.net:\n    aliases: [b, storage2]\n')
      .replace('[192.168.0.9]', '[{ address: 192.168.0.9, names: [nfs] }]')
      .concat('hosts: { extra: [{ address: 192.168.0.254, names: [gw] }] }\n')
    expect((await loadText(text)).cluster.hostsEntries).toEqual([
      { address: '192.168.0.1', names: ['A.x.net', 'A'] },
      { address: '192.168.0.2', names: ['b.x.net', 'b', 'storage2'] },
      { address: '192.168.0.9', names: ['nfs'] },
      { address: '192.168.0.254', names: ['gw'] },
    ])
    expect(
      (await loadText(`${text}`.replace('hosts: {', 'hosts: { manage: off,'))).cluster.hostsEntries,
    ).toEqual([])
  })

  it('makes no alias that would stand for both nodes', async () => {
    const text = base.replace('  a:\n', '  nfs.north.net:\n').replace('  b:\n', '  nfs.south.net:\n')
    expect((await loadText(text)).cluster.nodes.map(node => node.aliases)).toEqual([[], []])
  })

  it('follows anchors and merge keys', async () => {
    const text = basePlus('clients:\n  c1: &one { ssh: c.example }\n  c2: { <<: *one }')
    expect((await loadText(text)).cluster.clients.map(client => client.ssh.host)).toEqual([
      'c.example',
      'c.example',
    ])
  })

  it('is frozen, and plain but for its secrets', async () => {
    const { cluster } = await loadText(base)
    const check = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      expect(Object.isFrozen(value)).toBe(true)
      for (const each of Object.values(value)) check(each)
    }
    check(cluster)
  })
})

it('derives an fsid that is always the same: a version 5 UUID of cluster and path', () => {
  const fsid = derivedFsid('c1', '/srv/nfsha/data')
  expect(fsid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(fsid).toBe(derivedFsid('c1', '/srv/nfsha/data'))
  expect(fsid).not.toBe(derivedFsid('c1', '/srv/nfsha/data2'))
  expect(fsid).not.toBe(derivedFsid('c2', '/srv/nfsha/data'))
})
