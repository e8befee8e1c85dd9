import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import type { World } from './world.ts'
import { bootedNode, deeds } from './worlds.ts'

const standard = exampleCluster({ group: 'standard' })

/** A node on which the agents before ours have done their part. */
function mountedNode(): World {
  const node = bootedNode(standard)
  node.mount('/dev/drbd0', '/srv/nfsha')
  return node
}

describe('the NFS agent of the standard chain', () => {
  it('starts nfsd with its client database, and leaves DRBD, mounts and addresses to the others', async () => {
    const node = mountedNode()
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toEqual(['systemctl restart nfsdcld.service nfs-server.service'])
    expect(node.has('srv/nfsha/.nfsha/nfsdcld')).toBe(true)
    expect(await node.run('m1-m2', 'status')).toMatchObject({ stdout: 'running\n', code: 0 })
  })

  it('does not start on an empty mount point', async () => {
    const node = bootedNode(standard)
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(deeds(node)).toEqual([])
    expect(node.log()[0]).toContain('a volume is not mounted')
  })

  it('stops nfsd only, and again without harm', async () => {
    const node = mountedNode()
    await node.run('m1-m2', 'start')
    node.forgetCalls()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(deeds(node)).toEqual(['systemctl stop nfsdcld.service nfs-server.service'])
    expect(await node.run('m1-m2', 'status')).toMatchObject({ stdout: 'stopped\n', code: 3 })
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
  })

  it('says that it still runs when nfsd could not be stopped', async () => {
    const node = mountedNode()
    await node.run('m1-m2', 'start')
    node.fail('systemctl-stop')
    node.fail('rpc.nfsd')
    expect((await node.run('m1-m2', 'stop')).code).toBe(1)
    expect((await node.run('m1-m2', 'status')).stdout).toBe('running (it could not be given up)\n')
  })
})
