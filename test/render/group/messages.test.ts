import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { alone, besideLivingPeer, bootedNode, example, guard, verdict } from './worlds.ts'

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

  it('remembers that the peer could not start the group, and when, until it serves', async () => {
    const node = bootedNode()
    const record = 'run/nfsha/peer-start-failed'
    await node.receive({ src: word.src, what: 'start-failed', phase: 'mount', reason: 'mount: bad option=1' })
    expect(node.read(record)).toBe('phase mount\nreason mount: bad option=1\nat 4321070\n')
    await node.receive({ ...word, what: 'active', link: 'yes', data: '-' })
    expect(node.has(record)).toBe(false)
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

  describe('where writes are frozen when a node loses its peer', () => {
    const frozen = exampleCluster({ drbd: { ...example.drbd, fencing: 'resource-and-stonith' } })
    const button = 'proc/sysrq-trigger'

    function primary(connection: string, flags: string) {
      const node = bootedNode(frozen)
      node.drbd(connection, 'Primary/Unknown', alone)
      node.write('proc/drbd', (node.read('proc/drbd') ?? '').replace('r-----', flags))
      return node
    }

    it.each([
      ['does not know yet that it stood still', 'Connected', 'r-----', 'active'],
      ['cannot acknowledge a write', 'WFConnection', 's-----', 'active'],
      ['cannot acknowledge a write, and the peer gives up again', 'WFConnection', 's-----', 'released'],
    ])('a Primary that %s resets itself when its peer was promoted', async (_, connection, flags, what) => {
      const node = primary(connection, flags)
      await node.receive({ ...word, what, link: 'no', data: 'FFFFFFFFFFFFFFF' })
      expect(node.read(button)).toBe('b\n')
    })

    it.each([
      ['serves alone, by right', () => primary('WFConnection', 'r-----'), 'no'],
      ['hears of a promotion before its own', () => primary('Connected', 'r-----'), 'yes'],
      ['is not Primary', () => besideLivingPeer(frozen), 'no'],
    ])('one that %s does not', async (_, make, link) => {
      const node = make()
      await node.receive({ ...word, what: 'active', link, data: 'FFFFFFFFFFFFFFF' })
      expect(node.has(button)).toBe(false)
    })

    it.each([
      [
        'lets go of a connection that is dead over there',
        'Connected',
        ['drbdadm disconnect --force data', 'drbdadm outdate data', 'drbdadm connect data'],
      ],
      ['calls its data outdated', 'WFConnection', ['drbdadm outdate data']],
    ])('a standby that is asked to %s, and tells when it is so', async (_, connection, calls) => {
      const node = bootedNode(frozen)
      node.drbd(connection, 'Secondary/Unknown', alone)
      node.write('drbd9/dstate', 'Outdated/DUnknown\n')
      await node.receive({ ...word, what: 'outdate' })
      expect(node.calls().filter(call => /^drbdadm (disconnect|outdate|connect)/.test(call))).toEqual(calls)
      expect(node.read('var/lib/heartbeat/fifo')).toContain('what=outdated\nresource=data\n')
    })

    it('tells nothing while its data count as good, or when it is Primary', async () => {
      const node = bootedNode(frozen)
      node.drbd('WFConnection', 'Secondary/Unknown', alone)
      node.write('drbd9/dstate', 'UpToDate/DUnknown\n')
      await node.receive({ ...word, what: 'outdate' })
      node.drbd('WFConnection', 'Primary/Unknown', alone)
      node.write('drbd9/dstate', 'Outdated/DUnknown\n')
      await node.receive({ ...word, what: 'outdate' })
      expect(node.read('var/lib/heartbeat/fifo')).toBe('')
    })

    it("notes the peer's answer for the handler that waits", async () => {
      const node = bootedNode(frozen)
      await node.receive({ ...word, what: 'outdated' })
      expect(node.has('run/nfsha/data.peer-outdated')).toBe(true)
    })
  })
})
