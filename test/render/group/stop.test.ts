import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { bootedNode, deeds, endThreads, nodeWithoutDrbd, twoVolumes } from './worlds.ts'

describe('stop', () => {
  it('first ends a start by the monitor that is under way: it would take back what is given up', async () => {
    const node = bootedNode()
    const mender = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
    const ended = once(mender, 'exit')
    node.write('run/nfsha/group.mending', `${mender.pid}\n`)
    await node.run('m1-m2', 'stop')
    expect(await ended).toEqual([null, 'SIGTERM'])
    expect(node.has('run/nfsha/group.mending')).toBe(false)
  })

  it('goes the other way round', async () => {
    const node = bootedNode(twoVolumes)
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate', 1)
    await node.run('m1-m2', 'start')
    node.forgetCalls()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(deeds(node)).toEqual([
      'ip address delete 192.168.0.219/24 dev em1',
      'ip address delete 192.168.0.220/24 dev em1',
      endThreads,
      'umount /srv/media files',
      'umount /srv/nfsha',
      'drbdadm secondary media',
      'drbdadm secondary data',
    ])
    expect((await node.run('m1-m2', 'status')).stdout).toBe('stopped\n')
  })

  it('succeeds, and touches nothing, where nothing is held', async () => {
    const node = bootedNode()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(deeds(node)).toEqual([])
  })

  it('succeeds where DRBD is not even loaded', async () => {
    const node = nodeWithoutDrbd()
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
  })

  it('keeps the connections for the node that takes over, which tickles them', async () => {
    const node = bootedNode()
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
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    node.fail('umount', 5)
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    const calls = node.calls().join('\n')
    expect(calls).toMatch(/exportfs -f\nudevadm settle/)
    expect(calls).toMatch(/fuser -k -TERM -M -m \S*\/srv\/nfsha/)
    expect(calls).not.toMatch(/^umount (.* )?-[lf]|KILL| -9/m)
    expect(node.read('proc/fs/nfsd/unlock_filesystem')).toMatch(/\/srv\/nfsha\n$/)
  })

  it('fails truthfully when the volume stays busy: heartbeat then resets the node', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    node.fail('umount')
    node.fail('drbdadm-secondary')
    expect((await node.run('m1-m2', 'stop')).code).toBe(1)
    expect((await node.run('m1-m2', 'status')).stdout).toBe('running (it could not be given up)\n')
    expect(node.log().join('\n')).toMatch(/is busy: processes 4711/)
  })

  it('tries the rest when one part fails', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    node.fail('threads')
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(node.calls()).toContain('rpc.nfsd 0')
    expect(deeds(node).at(-1)).toBe('drbdadm secondary data')
  })

  it('waits out a probe that has the device open', async () => {
    const node = bootedNode()
    await node.run('m1-m2', 'start')
    node.fail('drbdadm-secondary', 2)
    expect((await node.run('m1-m2', 'stop')).code).toBe(0)
    expect(node.calls()).toContain('udevadm settle --timeout=5')
  })
})
