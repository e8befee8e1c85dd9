import { describe, expect, it, vi } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { bootedNode, cutOff, deeds, example, guard, inStep, markText } from './worlds.ts'

/*
 * What the group's script says without doing anything: what its guard would refuse, and what has changed
 * since the group was started.
 */

describe('would-start', () => {
  it('says nothing on a standby that has everything', async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Primary', 'UpToDate/UpToDate')
    expect(await node.run('m1-m2', 'would-start')).toMatchObject({ code: 0, stdout: '' })
  })

  it.each([
    ['StandAlone', ['StandAlone', 'Secondary/Unknown', 'UpToDate/DUnknown'], 'guard-standalone', ''],
    ['Inconsistent', ['SyncTarget', 'Secondary/Primary', 'Inconsistent/UpToDate'], 'guard-disk', ''],
    ['superseded', cutOff, 'guard-superseded', 'data.superseded'],
    ['split', inStep, 'guard-split-brain', 'data.split-brain'],
  ] as const)(
    'says what it would refuse, waits for nothing and leaves all as it is: %s',
    async (_, state, id, mark) => {
      const node = bootedNode()
      const [connection, roles, disks] = state
      node.drbd(connection, roles, disks)
      node.write('peer', 'active\n')
      if (mark !== '') node.write(`${guard}/${mark}`, markText)
      const { code, stdout } = await node.run('m1-m2', 'would-start')
      expect(code).toBe(1)
      expect(stdout).toMatch(new RegExp(`^refused\\tguard\\tdata\\tdata: .* \\(${id}\\)\\t.+\\n$`))
      expect(node.has(`${guard}/refused`)).toBe(false)
      expect(node.log()).toEqual([])
      expect(deeds(node)).toEqual([])
      expect(node.calls().filter(call => /^(sleep|drbdsetup)/.test(call))).toEqual([])
      if (mark !== '') expect(node.has(`${guard}/${mark}`)).toBe(true)
    },
  )

  it('takes no mark away that a start would', async () => {
    const node = bootedNode()
    node.write(`${guard}/data.superseded`, markText)
    expect((await node.run('m1-m2', 'would-start')).code).toBe(0)
    expect(node.has(`${guard}/data.superseded`)).toBe(true)
  })

  it('does not count a takeover that is made by hand, or later, as one that fails', async () => {
    const { fencing } = example
    const node = bootedNode(exampleCluster({ fencing: { ...fencing, takeover: 'by-hand' } }))
    node.drbd(...cutOff)
    expect(await node.run('m1-m2', 'would-start')).toMatchObject({ code: 0, stdout: '' })
  })
})

describe('pending', () => {
  const script = 'etc/ha.d/resource.d/nfsha'
  const haresources = 'etc/ha.d/haresources'

  async function startedNode() {
    const node = bootedNode()
    node.write(script, 'as it was\n')
    node.write(haresources, 'as it was\n')
    await node.run('m1-m2', 'start')
    await vi.waitFor(() => expect(node.read('run/nfsha/started/files')).toMatch(/haresources\n$/))
    return node
  }

  it('says nothing right after a start, nor where the group is not', async () => {
    const node = await startedNode()
    expect(await node.run('m1-m2', 'pending')).toMatchObject({ code: 0, stdout: '' })
    await node.run('m1-m2', 'stop')
    node.write(script, 'changed\n')
    expect(await node.run('m1-m2', 'pending')).toMatchObject({ code: 0, stdout: '' })
  })

  it('names what changed since, the options of a mount in place of the script that has them', async () => {
    const node = await startedNode()
    node.write(script, 'changed\n')
    expect((await node.run('m1-m2', 'pending')).stdout).toMatch(/^file\t\S+resource\.d\/nfsha\n$/)
    node.write('run/nfsha/started/mount.data', 'relatime\n')
    node.write(haresources, 'changed\n')
    expect((await node.run('m1-m2', 'pending')).stdout).toMatch(
      /^mount\tdata\trelatime\tnoatime,errors=continue\nfile\t\S+haresources\n$/,
    )
  })

  it('is not forgotten by a start that only mends', async () => {
    const node = await startedNode()
    node.write(script, 'changed\n')
    node.write(haresources, 'changed\n')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect((await node.run('m1-m2', 'pending')).stdout).toMatch(/nfsha\n$/)
  })
})
