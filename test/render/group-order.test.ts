import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { createWorld, type World } from './world.ts'

const example = exampleCluster()
const worlds: World[] = []

function world(cluster: Cluster = example, node?: string): World {
  const created = createWorld(cluster, node)
  worlds.push(created)
  created.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
  return created
}

afterEach(() => {
  for (const created of worlds.splice(0)) created.end()
})

/** The calls that matter for the order, their paths as on a node. */
function deeds(from: World): readonly string[] {
  return from
    .calls()
    .filter(call => /^(drbdadm (primary|secondary)|mount|umount|systemctl|ip address)/.test(call))
    .map(call => call.replaceAll(/\/\S*nfsha-world-[^/]+/g, ''))
}

const twoVolumes = exampleCluster({
  volumes: [
    ...example.volumes,
    ...example.volumes.map(volume => ({
      ...volume,
      name: 'media',
      minor: 1,
      device: '/dev/drbd1',
      port: 7789,
      mountPoint: '/srv/media files',
      mountOptions: [],
      carriesState: false,
    })),
  ],
  vips: [...example.vips, { address: '192.168.0.220', prefix: 24, network: '192.168.0.0', link: 'em1' }],
})

describe('start', () => {
  it('promotes, mounts, starts nfsd and only then takes the address', async () => {
    const node = world()
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toEqual([
      'drbdadm primary data',
      'mount -t ext4 -o noatime /dev/drbd0 /srv/nfsha',
      'systemctl restart nfsdcld.service nfs-server.service',
      'ip address replace 192.168.0.219/24 dev em1',
    ])
  })

  it('takes the address first where a drill wants it so', async () => {
    const node = world(exampleCluster({ nfs: { ...example.nfs, vipLast: false } }))
    await node.run('m1-m2', 'start')
    expect(deeds(node)[0]).toBe('ip address replace 192.168.0.219/24 dev em1')
    await node.run('m1-m2', 'stop')
    expect(deeds(node).at(-1)).toBe('ip address delete 192.168.0.219/24 dev em1')
  })

  it('takes all volumes, then all addresses', async () => {
    const node = world(twoVolumes)
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate', 1)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toEqual([
      'drbdadm primary data',
      'drbdadm primary media',
      'mount -t ext4 -o noatime /dev/drbd0 /srv/nfsha',
      'mount -t ext4 -o defaults /dev/drbd1 /srv/media files',
      'systemctl restart nfsdcld.service nfs-server.service',
      'ip address replace 192.168.0.219/24 dev em1',
      'ip address replace 192.168.0.220/24 dev em1',
    ])
    expect((await node.run('m1-m2', 'status')).stdout).toBe('running\n')
  })

  it('uses the NIC that the link has on this node', async () => {
    const [first, second] = example.nodes
    const em1 = { nic: 'ens3', address: '192.168.0.211', prefix: 24, network: '192.168.0.0' }
    const cluster = exampleCluster({ nodes: [first, { ...second, links: { ...second.links, em1 } }] })
    const node = world(cluster, second.name)
    await node.run('m1-m2', 'start')
    expect(node.calls()).toContain('ip address replace 192.168.0.219/24 dev ens3')
    await vi.waitFor(() => expect(node.calls()).toContainEqual(expect.stringMatching(/^arping .*-I ens3/)))
  })

  it('does again only what is missing', async () => {
    const node = world()
    await node.run('m1-m2', 'start')
    node.forgetCalls()
    node.write('addresses', '')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toEqual(['ip address replace 192.168.0.219/24 dev em1'])
  })

  it('starts nfsd afresh where somebody else had started one', async () => {
    const node = world()
    node.write('proc/fs/nfsd/threads', '8\n')
    await node.run('m1-m2', 'start')
    expect(deeds(node)).toContain('systemctl restart nfsdcld.service nfs-server.service')
  })

  it('restarts once when nfsd does not use nfsdcld, and says so', async () => {
    const node = world()
    node.fail('nfsdcld', 1)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node).filter(deed => deed.startsWith('systemctl restart'))).toHaveLength(2)
    expect(node.log()).toContain('<28>nfsha: m1-m2 nfsd does not use nfsdcld; restarting both')
  })

  it('serves without early end of grace rather than not at all', async () => {
    const node = world()
    node.fail('nfsdcld')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.log().join('\n')).toContain('<26>nfsha: m1-m2 nfsd does not use nfsdcld: clients wait')
  })

  it('leaves the client database alone when it stays on the node', async () => {
    const node = world(exampleCluster({ nfs: { ...example.nfs, clientDatabaseOnVolume: false } }))
    await node.run('m1-m2', 'start')
    expect(deeds(node)).toContain('systemctl restart nfs-server.service')
    expect(node.has('srv/nfsha/.nfsha/nfsdcld')).toBe(false)
  })

  it('runs statd from the volume and notifies when v3 is served', async () => {
    const node = world(exampleCluster({ nfs: { ...example.nfs, v3: true } }))
    await node.run('m1-m2', 'start')
    expect(deeds(node)).toContain('systemctl restart nfsdcld.service rpc-statd.service nfs-server.service')
    expect(node.has('srv/nfsha/.nfsha/statd/sm.bak')).toBe(true)
    await vi.waitFor(() => expect(node.calls()).toContain('sm-notify -f -v 192.168.0.219'))
  })

  it.each([
    ['drbdadm-primary', 'promote', 'drbdadm primary data'],
    ['mount', 'mount', 'mount -t ext4 -o noatime /dev/drbd0 /srv/nfsha'],
    ['systemctl-restart', 'nfsd', 'systemctl restart nfsdcld.service nfs-server.service'],
  ])('goes no further when %s fails', async (command, phase, last) => {
    const node = world()
    node.fail(command)
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(deeds(node).at(-1)).toBe(last)
    expect(node.log().join('\n')).toMatch(new RegExp(`<27>nfsha: m1-m2 start ${phase} failed after \\d+ ms`))
  })

  it('asks the kernel again while the peer still seems Primary', async () => {
    const node = world()
    node.fail('drbdadm-primary', 2)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
  })

  it('fails when an export is missing in what mountd answers from', async () => {
    const node = world()
    node.write('etab', '')
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(node.log().join('\n')).toContain('is not exported, though nfsd runs')
  })

  it('logs each phase with its time, and the whole', async () => {
    const node = world()
    await node.run('m1-m2', 'start')
    expect(node.log().map(line => line.replace(/\d+ ms/, 'N ms'))).toEqual([
      ...['guard', 'promote', 'mount', 'client-database', 'nfsd', 'vip'].map(
        phase => `<30>nfsha: m1-m2 start ${phase} N ms`,
      ),
      '<30>nfsha: m1-m2 start total N ms, exit code 0',
    ])
  })
})

describe('stop', () => {
  it('goes the other way round', async () => {
    const node = world(twoVolumes)
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate', 1)
    await node.run('m1-m2', 'start')
    node.forgetCalls()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(deeds(node)).toEqual([
      'ip address delete 192.168.0.219/24 dev em1',
      'ip address delete 192.168.0.220/24 dev em1',
      'systemctl stop nfsdcld.service nfs-server.service',
      'umount /srv/media files',
      'umount /srv/nfsha',
      'drbdadm secondary media',
      'drbdadm secondary data',
    ])
    expect((await node.run('m1-m2', 'status')).stdout).toBe('stopped\n')
  })

  it('succeeds, and touches nothing, where nothing is held', async () => {
    const node = world()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(deeds(node)).toEqual([])
  })

  it('succeeds where DRBD is not even loaded', async () => {
    const node = createWorld(example)
    worlds.push(node)
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
  })

  it('keeps the connections for the node that takes over, which tickles them', async () => {
    const node = world()
    await node.run('m1-m2', 'start')
    node.write('connections', '0 0 192.168.0.219:2049 192.168.0.50:871 extra\n')
    await node.run('m1-m2', 'stop')
    expect(node.read('srv/nfsha/.nfsha/tickle/192.168.0.219')).toBe('192.168.0.219:2049\t192.168.0.50:871\n')
    node.forgetCalls()
    await node.run('m1-m2', 'start')
    await vi.waitFor(() =>
      expect(
        node.calls().filter(call => call === 'tickled 192.168.0.219:2049\t192.168.0.50:871'),
      ).toHaveLength(5),
    )
  })

  it('ends what holds the volume, never by force, and tries again', async () => {
    const node = world()
    await node.run('m1-m2', 'start')
    node.fail('umount', 3)
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    const calls = node.calls().join('\n')
    expect(calls).toMatch(/exportfs -f\nudevadm settle/)
    expect(calls).toMatch(/fuser -k -TERM -M -m \S*\/srv\/nfsha/)
    expect(calls).not.toMatch(/umount .*-[lf]|KILL|-9/)
    expect(node.read('proc/fs/nfsd/unlock_filesystem')).toMatch(/\/srv\/nfsha\n$/)
  })

  it('fails truthfully when the volume stays busy: heartbeat then resets the node', async () => {
    const node = world()
    await node.run('m1-m2', 'start')
    node.fail('umount')
    node.fail('drbdadm-secondary')
    expect((await node.run('m1-m2', 'stop')).code).toBe(1)
    expect((await node.run('m1-m2', 'status')).stdout).toBe('running (it could not be given up)\n')
    expect(node.log().join('\n')).toMatch(/is busy: processes 4711/)
  })

  it('tries the rest when one part fails', async () => {
    const node = world()
    await node.run('m1-m2', 'start')
    node.fail('systemctl-stop')
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(node.calls()).toContain('rpc.nfsd 0')
    expect(deeds(node).at(-1)).toBe('drbdadm secondary data')
  })

  it('waits out a probe that has the device open', async () => {
    const node = world()
    await node.run('m1-m2', 'start')
    node.fail('drbdadm-secondary', 2)
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(node.calls()).toContain('udevadm settle --timeout=5')
  })
})

describe('status', () => {
  const breaks: readonly (readonly [string, (node: World) => void])[] = [
    ['nfsd has no thread', node => node.write('proc/fs/nfsd/threads', '0\n')],
    ['the volume is not mounted', node => node.write('proc/mounts', '')],
    [
      'another device is mounted there',
      node => node.write('proc/mounts', '/dev/vdb /srv/nfsha ext4 rw 0 0\n'),
    ],
    ['the address is gone', node => node.write('addresses', '')],
    ['the address is another one', node => node.write('addresses', '2: em1    inet 192.168.0.21/24 x\n')],
  ]

  it.each(breaks)('is stopped when %s', async (_, disturb) => {
    const node = world()
    await node.run('m1-m2', 'start')
    expect(await node.run('m1-m2', 'status')).toMatchObject({ stdout: 'running\n', code: 0 })
    disturb(node)
    expect(await node.run('m1-m2', 'status')).toMatchObject({ stdout: 'stopped\n', code: 3 })
  })

  it('is stopped for an nfsd that is not of the group', async () => {
    const node = world()
    node.write('proc/fs/nfsd/threads', '8\n')
    expect((await node.run('m1-m2', 'status')).stdout).toBe('stopped\n')
  })
})

describe('a call that is not for this node or group', () => {
  it.each([
    [['other', 'start'], 1],
    [['m1-m2', 'monitor'], 64],
    [['m1-m2'], 64],
    [[], 1],
  ])('%j exits %i and says nothing that reads as running', async (args, code) => {
    const node = world()
    const outcome = await node.run(...args)
    expect(outcome.code).toBe(code)
    expect(outcome.stdout).not.toMatch(/running|OK/i)
    expect(deeds(node)).toEqual([])
  })

  it('is refused on a host that is no node of the cluster', async () => {
    const node = world(example, 'm3')
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(node.log()).toContain('<27>nfsha: m1-m2 m3 is not a node of this cluster')
  })
})
