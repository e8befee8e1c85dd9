import { describe, expect, it } from 'vitest'
import { alone, besideLivingPeer, bootedNode, guard, verdict } from './worlds.ts'

describe('what the peer tells', () => {
  const word = { src: 'm2.redhat.sx', resource: 'data' }

  it('lets a node promote at once when the peer gave the resource up while connected', async () => {
    const node = besideLivingPeer()
    await node.receive({ ...word, what: 'released', link: 'yes', data: '-' })
    expect(await verdict(node)).toBe('promoted')
    expect(node.has('run/nfsha/data.peer-released')).toBe(false)
  })

  it('counts no more once the peer is active again', async () => {
    const node = besideLivingPeer()
    await node.receive({ ...word, what: 'released', link: 'yes', data: '-' })
    await node.receive({ ...word, what: 'active', link: 'yes', data: '-' })
    expect(await verdict(node)).toBe('guard-superseded')
  })

  it('ends the reason why this node would not be promoted, once the peer serves', async () => {
    const node = besideLivingPeer()
    expect(await verdict(node)).toBe('guard-superseded')
    await node.receive({ ...word, what: 'released', link: 'yes', data: '-' })
    expect(node.has(`${guard}/refused`)).toBe(true)
    await node.receive({ ...word, what: 'active', link: 'yes', data: '-' })
    expect(node.has(`${guard}/refused`)).toBe(false)
  })

  it('marks a node that lacks data, so that old data do not come up when the peer dies', async () => {
    const node = besideLivingPeer()
    await node.receive({ ...word, what: 'released', link: 'no', data: 'FFFFFFFFFFFFFFF' })
    expect(node.read(`${guard}/data.superseded`)).toMatch(
      /^\d+ superseded A1B2C3D4E5F6071 FFFFFFFFFFFFFFF\n$/,
    )
    node.write('peer', 'dead\n')
    expect(await verdict(node)).toBe('guard-superseded')
  })

  it.each(['A1B2C3D4E5F6071', '222222222222222', '333333333333333', '444444444444444'])(
    "marks no node whose data are or descend from the peer's: %s",
    async data => {
      const node = besideLivingPeer()
      node.write('gi', 'A1B2C3D4E5F60718:2222222222222220:3333333333333330:4444444444444440:1:1:0:0:0:0:0\n')
      await node.receive({ ...word, what: 'released', link: 'no', data })
      expect(node.has(`${guard}/data.superseded`)).toBe(false)
    },
  )

  it('marks a node that cannot tell its own data', async () => {
    const node = besideLivingPeer()
    node.write('gi', '')
    await node.receive({ ...word, what: 'released', link: 'no', data: '-' })
    expect(node.read(`${guard}/data.superseded`)).toMatch(/ superseded unknown -\n$/)
  })

  it.each([
    [{ ...word, src: 'm1.redhat.sx', what: 'released', link: 'yes' }],
    [{ ...word, resource: 'other', what: 'released', link: 'yes' }],
    [{ ...word, resource: '../../etc', what: 'released', link: 'no' }],
    [{ ...word, what: 'sings' }],
    [{}],
  ])('is nothing in %j', async fields => {
    const node = besideLivingPeer()
    expect((await node.receive(fields)).code).toBe(0)
    expect([node.has('run/nfsha/data.peer-released'), node.has(`${guard}/data.superseded`)]).toEqual([
      false,
      false,
    ])
  })

  it("is sent by this node in heartbeat's own form, connected or not", async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    await node.run('m1-m2', 'start')
    node.drbd('WFConnection', 'Primary/Unknown', alone)
    await node.run('m1-m2', 'stop')
    expect(node.read('var/lib/heartbeat/fifo')).toBe(
      '>>>\nt=nfsha\nwhat=active\nresource=data\nlink=yes\ndata=-\n<<<\n' +
        '>>>\nt=nfsha\nwhat=released\nresource=data\nlink=no\ndata=A1B2C3D4E5F6071\n<<<\n',
    )
  })

  it('is not sent where heartbeat does not run: nobody reads its pipe', async () => {
    const node = bootedNode()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('run/heartbeat.pid', '')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.read('var/lib/heartbeat/fifo')).toBe('')
  })
})
