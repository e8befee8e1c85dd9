import { describe, expect, it } from 'vitest'
import type { World } from './world.ts'
import { alone, besideLivingPeer, bootedNode, cutOff, guard, markText, verdict } from './worlds.ts'

describe('superseded', () => {
  it('is no question where the node is Primary already and start only mends', async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    await node.run('m1-m2', 'start')
    node.drbd('WFConnection', 'Primary/Unknown', alone)
    node.write('peer', 'active\n')
    node.write('proc/fs/nfsd/threads', '0\n')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.has(`${guard}/data.superseded`)).toBe(false)
    expect((await node.run('m1-m2', 'status')).stdout).toBe('running\n')
  })

  it('waits for DRBD to find the peer when both nodes have just come up', async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('after-wait', node.read('proc/drbd') ?? '')
    node.drbd(...cutOff)
    node.write('peer', 'active\n')
    expect(await verdict(node)).toBe('promoted')
    expect(node.calls().join('\n')).toContain('drbdsetup wait-connect 0 --wfc-timeout=2 ')
  })

  it('promotes once heartbeat finds out that a peer shut down is gone', async () => {
    const node = besideLivingPeer()
    node.write('peer-later', 'dead\n')
    expect(await verdict(node)).toBe('promoted')
  })

  it('asks no longer than deadtime', async () => {
    const node = besideLivingPeer()
    expect(await verdict(node)).toBe('guard-superseded')
    expect(node.calls().filter(call => call.startsWith('drbdsetup wait-connect'))).toHaveLength(15)
    expect(node.read(`${guard}/refused`)).toContain('m2.redhat.sx lives and may have newer data')
  })

  it('has ended once something was synced since the mark', async () => {
    const node = bootedNode()
    node.write(`${guard}/data.superseded`, '1 superseded 0123456789ABCDE FFFFFFFFFFFFFFF\n')
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('promoted')
    expect(node.has(`${guard}/data.superseded`)).toBe(false)
  })

  it.each([
    [
      'this node did not know its own data',
      '1 superseded unknown FFFFFFFFFFFFFFF\n',
      'A1B2C3D4E5F60718:0:0:0\n',
    ],
    ['DRBD does not tell now', markText, ''],
  ])('goes on while %s', async (_, text, identifiers) => {
    const node = bootedNode()
    node.write(`${guard}/data.superseded`, text)
    node.write('gi', identifiers)
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('guard-superseded')
    expect(node.read(`${guard}/refused`)).toContain('m2.redhat.sx has newer data')
  })

  it('can be overruled once: the word of a person is used up by the promotion', async () => {
    const node = bootedNode()
    node.write(`${guard}/data.superseded`, markText)
    node.write(`${guard}/data.chosen`, '')
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('promoted')
    expect(node.has(`${guard}/data.chosen`)).toBe(false)
    await node.run('m1-m2', 'stop')
    node.forgetCalls()
    expect(await verdict(node)).toBe('guard-superseded')
  })

  /** Held, cut off, then given up: a switchover that the peer will have refused. */
  async function gaveUpWhileCutOff(): Promise<World> {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('peer', 'active\n')
    await node.run('m1-m2', 'start')
    node.drbd('WFConnection', 'Primary/Unknown', alone)
    await node.run('m1-m2', 'stop')
    node.forgetCalls()
    return node
  }

  it('does not count for the node that gave the group up while cut off: nobody was promoted since', async () => {
    const node = await gaveUpWhileCutOff()
    expect(node.read(`${guard}/data.record`)).toBe(
      `state=released generation=1 connected=no heartbeat=${process.pid} uuid=A1B2C3D4E5F6071\n`,
    )
    expect(await verdict(node)).toBe('promoted')
  })

  it.each([
    ['heartbeat restarted in between, as it does after a partition', 'run/heartbeat.pid', '1\n'],
    ['heartbeat left no process id', 'run/heartbeat.pid', ''],
    ['DRBD has another generation of data', 'gi', 'FFB2C3D4E5F60718:0:0:0:1:1:0:0:0:0:0\n'],
    ['DRBD does not tell its generation', 'gi', ''],
  ])('counts when %s', async (_, path, text) => {
    const node = await gaveUpWhileCutOff()
    node.write(path, text)
    expect(await verdict(node)).toBe('guard-superseded')
  })

  it('counts when the group was given up while DRBD was connected: the peer took it then', async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('peer', 'active\n')
    await node.run('m1-m2', 'start')
    await node.run('m1-m2', 'stop')
    node.forgetCalls()
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('guard-superseded')
  })
})
