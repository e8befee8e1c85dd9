import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { systemSlice, type World } from './world.ts'
import { bootedNode, deeds, example, runThreads } from './worlds.ts'

const helpers = 'systemctl restart nfs-server.service'

/** As long ago as the epoch, for a file that is older than anything. */
const longAgo = 0

describe('what is kept ready on both nodes', () => {
  it('is not started again at a takeover', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    expect(deeds(node).join()).not.toMatch(/mountd|nfs-server|exportfs/)
  })

  it('is brought up where it is missing', async () => {
    const node = bootedNode()
    node.remove(`${systemSlice}/nfs-mountd.service`)
    node.write('var/lib/nfs/etab', '')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(deeds(node)).toContain(helpers)
  })

  it('makes the takeover fail when it cannot be had: nobody would answer for the exports', async () => {
    const node = bootedNode()
    node.remove(`${systemSlice}/nfs-mountd.service`)
    node.fail('systemctl-restart')
    expect((await node.run('m1-m2', 'start')).code).toBe(1)
    expect(deeds(node)).not.toContain(runThreads)
  })

  it.each(['etc/exports', 'etc/exports.d', 'etc/exports.d/nfsha.exports'])(
    'is told of exports that changed since: %s',
    async changed => {
      const node = bootedNode()
      const age = (path: string, seconds: number) => node.touch(path, seconds)
      for (const path of ['etc/exports', 'etc/exports.d/nfsha.exports', 'etc/exports.d']) age(path, longAgo)
      age('var/lib/nfs/etab', 1000)
      await node.run('m1-m2', 'start')
      expect(deeds(node)).not.toContain('exportfs -r')
      await node.run('m1-m2', 'stop')
      age(changed, 2000)
      await node.run('m1-m2', 'start')
      expect(deeds(node)).toContain('exportfs -r')
    },
  )
})

describe('the unit of the NFS server', () => {
  it('runs threads where the group is', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    node.write('proc/fs/nfsd/threads', '0\n')
    node.forgetCalls()
    expect((await node.run('m1-m2', 'nfsd')).code).toBe(0)
    expect(deeds(node)).toEqual([runThreads])
  })

  it('runs none where the group is not, nor twice', async () => {
    const node = bootedNode()
    expect((await node.run('m1-m2', 'nfsd')).code).toBe(0)
    await node.run('m1-m2', 'start')
    node.forgetCalls()
    expect((await node.run('m1-m2', 'nfsd')).code).toBe(0)
    expect(deeds(node)).toEqual([])
  })

  it('is no affair of the standard chain', async () => {
    const node = bootedNode(exampleCluster({ group: 'standard' }))
    expect((await node.run('m1-m2', 'nfsd')).code).toBe(64)
  })
})

it('tells the daemon that has the client database open to end, before it unmounts', async () => {
  const daemon = spawn('sleep', ['60'], { stdio: 'ignore' })
  const ended = once(daemon, 'exit')
  const node = bootedNode()
  await node.run('m1-m2', 'start')
  node.write(`${systemSlice}/nfsdcld.service/cgroup.procs`, `${daemon.pid}\n`)
  node.write(`proc/${daemon.pid}/stat`, `${daemon.pid} (nfsdcld) S 1\n`)
  expect((await node.run('m1-m2', 'stop')).code).toBe(0)
  expect(await ended).toEqual([null, 'SIGTERM'])
})

describe('a remedy that is switched off', () => {
  const without = (nfs: Partial<typeof example.nfs>): World =>
    bootedNode(exampleCluster({ nfs: { ...example.nfs, ...nfs } }))

  it('scope: threads start under the name of the node', async () => {
    const { scope: _, ...nfs } = example.nfs
    const node = bootedNode(exampleCluster({ nfs }))
    await node.run('m1-m2', 'start')
    expect(deeds(node)).toContain('rpc.nfsd')
    expect(deeds(node)).not.toContain(runThreads)
  })

  it('gratuitous-arp: nothing is announced', async () => {
    const node = without({ gratuitousArp: false })
    node.write('srv/nfsha/.nfsha/tickle/192.168.0.219', '192.168.0.219:2049\t192.168.0.50:871\n')
    await node.run('m1-m2', 'start')
    await vi.waitFor(() => expect(node.calls().filter(call => call === 'sleep 2')).toHaveLength(1))
    expect(node.calls().join()).not.toContain('arping')
  })

  it('lock-recovery: nobody is notified, and statd keeps off the volume', async () => {
    const node = without({ v3: true, lockRecovery: false })
    await node.run('m1-m2', 'start')
    expect(deeds(node).join()).not.toContain('rpc-statd')
    expect(node.has('srv/nfsha/.nfsha/statd')).toBe(false)
  })
})
