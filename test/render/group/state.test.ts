import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import type { World } from './world.ts'
import { bootedNode, deeds } from './worlds.ts'

const image = 'srv/nfsha/.nfsha.img'
const state = '/srv/nfsha/.nfsha'

const mounts = (world: World) =>
  world
    .calls()
    .map(call => call.replaceAll(/\/[^\s>]*nfsha-world-[^/]+/g, ''))
    .filter(call => /^(u?mount|dd|mke2fs) /.test(call))

describe('the room of the state', () => {
  it('is mounted after its volume, and let go of before it', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    expect(mounts(node)).toEqual([
      'mount -t ext4 -o noatime,errors=continue /dev/drbd0 /srv/nfsha',
      `mount -t ext4 -o loop,noatime ${state}.img ${state}`,
    ])
    node.forgetCalls()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(mounts(node)).toEqual([`umount ${state}`, 'umount /srv/nfsha'])
  })

  it('is made at the first start of all', async () => {
    const node = bootedNode()
    node.remove(image)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(mounts(node)).toEqual([
      'mount -t ext4 -o noatime,errors=continue /dev/drbd0 /srv/nfsha',
      `dd if=/dev/zero of=${state}.img.new bs=1M count=16 conv=fsync status=none`,
      `mke2fs -q -F -t ext4 -m 0 -E nodiscard,lazy_itable_init=0,lazy_journal_init=0 ${state}.img.new`,
      `mount -t ext4 -o loop,noatime ${state}.img.blank /run/nfsha/state`,
      'umount /run/nfsha/state',
      `mount -t ext4 -o loop,noatime ${state}.img ${state}`,
    ])
    expect(node.has(image)).toBe(true)
    expect(node.has(`${image}.new`)).toBe(false)
  })

  it('is made under a pair that serves, and takes what was kept so far at its next start', async () => {
    const node = bootedNode()
    node.remove(image)
    node.write('srv/nfsha/.nfsha/nfsdcld/main.sqlite', 'clients')
    node.write('srv/nfsha/.nfsha/generation', '7\n')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(mounts(node)).toHaveLength(1)
    expect(node.log().join('\n')).toContain('has no room of its own')
    expect((await node.run('m1-m2', 'reserve')).code).toBe(0)
    expect(node.read('proc/mounts'), 'nothing changes under it').not.toContain('.nfsha')
    await node.run('m1-m2', 'stop')
    await node.run('m1-m2', 'start')
    expect(node.read('run/nfsha/state/nfsdcld/main.sqlite'), 'it was copied').toBe('clients')
    expect(node.has(image)).toBe(true)
  })

  it.each(['dd', 'mke2fs', 'mount-state'])('is no reason not to serve: %s fails', async command => {
    const node = bootedNode()
    node.remove(image)
    node.fail(command)
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node).at(-1)).toBe('ip address replace 192.168.0.219/24 dev em1')
    expect(node.log().join('\n')).toContain('has no room of its own')
    expect(node.has(`${image}.new`)).toBe(false)
  })

  it('is left as it is under an nfsd that serves: its helpers have files open there', async () => {
    const node = bootedNode()
    node.fail('mount-state', 1)
    await node.run('m1-m2', 'start')
    node.forgetCalls()
    await node.run('m1-m2', 'start')
    expect(mounts(node)).toEqual([])
  })

  it('is tried again when somebody has it open still', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    node.fail('umount-state', 2)
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(node.read('proc/mounts')).not.toContain('.nfsha')
  })

  it('is the same in the chain of standard agents', async () => {
    const node = bootedNode(exampleCluster({ group: 'standard' }))
    node.mount('/dev/drbd0', 'srv/nfsha')
    await node.run('m1-m2', 'start')
    await node.run('m1-m2', 'stop')
    expect(mounts(node)).toEqual([`mount -t ext4 -o loop,noatime ${state}.img ${state}`, `umount ${state}`])
  })
})
