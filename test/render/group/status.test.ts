import { describe, expect, it } from 'vitest'
import type { World } from './world.ts'
import { bootedNode, deeds, example } from './worlds.ts'

describe('status', () => {
  const breaks: readonly (readonly [string, (node: World) => void])[] = [
    ['nfsd has no thread', node => node.write('proc/fs/nfsd/threads', '0\n')],
    ['the volume is not mounted', node => node.write('proc/mounts', '')],
    ['another device is mounted there', node => node.mount('/dev/vdb', '/srv/nfsha')],
    ['the address is gone', node => node.write('addresses', '')],
    ['the address is another one', node => node.write('addresses', '2: em1    inet 192.168.0.21/24 x\n')],
  ]

  it.each(breaks)('is stopped when %s', async (_, disturb) => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    expect(await node.run('m1-m2', 'status')).toMatchObject({ stdout: 'running\n', code: 0 })
    disturb(node)
    expect(await node.run('m1-m2', 'status')).toMatchObject({ stdout: 'stopped\n', code: 3 })
  })

  it('is stopped for an nfsd that is not of the group', async () => {
    const node = bootedNode()
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
    const node = bootedNode()
    const outcome = await node.run(...args)
    expect(outcome.code).toBe(code)
    expect(outcome.stdout).not.toMatch(/running|OK/i)
    expect(deeds(node)).toEqual([])
  })

  it('is refused on a host that is no node of the cluster', async () => {
    const node = bootedNode(example, 'm3')
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(node.log()).toContain('<27>nfsha: m1-m2 m3 is not a node of this cluster')
  })
})
