import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { variants } from '../variants.ts'
import { fencedNode, type Meets } from './node.ts'

const { fencing, heartbeat, nodes } = exampleCluster()
const peerAddress = nodes[1].links.em3?.address ?? ''
/** As heartbeat writes it. */
const peer = nodes[1].name.toLowerCase()
const [gateway = ''] = fencing.witness.pings
const dns = '192.168.0.53'

function variant(name: string) {
  const found = variants[name]
  if (found === undefined) throw new TypeError(`there is no variant ${name}`)
  return found
}

interface Case {
  readonly name: string
  readonly cluster: string
  readonly meets: Meets
  readonly code: number
  readonly says: RegExp
}

const bothWitnesses = { answering: [gateway], listening: [`${dns} 53`] }

const cases: readonly Case[] = [
  {
    name: 'the peer is reached, and calls its data outdated',
    cluster: 'witness',
    meets: { outdater: 4, role: 'Primary' },
    code: 4,
    says: /called its data outdated/,
  },
  {
    name: 'the peer says so, but its DRBD does not show it',
    cluster: 'witness',
    meets: { outdater: 4, confirms: false, role: 'Primary', flags: 's-----' },
    code: 1,
    says: /its DRBD does not show it; writes are frozen/,
  },
  {
    name: 'the peer is reached, and has no complete data',
    cluster: 'stonith',
    meets: { outdater: 3 },
    code: 3,
    says: /no complete data/,
  },
  {
    name: 'the peer is Primary: what is here is the older side',
    cluster: 'witness',
    meets: { outdater: 6 },
    code: 6,
    says: /is Primary/,
  },
  {
    name: 'the peer is silent everywhere, and the witnesses answer',
    cluster: 'witness',
    meets: bothWitnesses,
    code: 5,
    says: /silent on every link, and 2 of 2 witnesses/,
  },
  {
    name: 'half of the witnesses is not more than half',
    cluster: 'witness',
    meets: { answering: [gateway] },
    code: 1,
    says: /only 1 of 2 witnesses answer: this node is cut off; not promoted/,
  },
  {
    name: 'no witness answers',
    cluster: 'DRBD 9 fencing',
    meets: {},
    code: 1,
    says: /only 0 of 1 witnesses/,
  },
  {
    name: 'the peer lives on a link, but does not answer the question',
    cluster: 'witness',
    meets: { answering: [gateway, peerAddress], listening: [`${dns} 53`] },
    code: 1,
    says: /answers pings on 1 links/,
  },
  {
    name: 'an active node stays frozen, and waits for people where nobody resets',
    cluster: 'witness, nobody resets',
    meets: { role: 'Primary', flags: 's-----' },
    code: 1,
    says: /writes are frozen. When .* is surely off: drbdadm resume-io data/,
  },
  {
    name: 'the peer was reset',
    cluster: 'stonith',
    meets: { answering: [gateway], role: 'Primary' },
    code: 7,
    says: /it was reset/,
  },
  {
    name: 'no device resets the peer',
    cluster: 'stonith',
    meets: { answering: [gateway], stonith: { 'external/ipmi': 1, meatware: 1 } },
    code: 1,
    says: /could not be reset; not promoted/,
  },
  {
    name: 'a node that is cut off resets nobody',
    cluster: 'stonith',
    meets: { role: 'Primary', flags: 's-----' },
    code: 1,
    says: /could not be reset; writes are frozen, and unless .* resets itself after 60 s/,
  },
  {
    name: 'without a mode, heartbeat must say that the peer is dead',
    cluster: 'fencing',
    meets: { peer: 'dead' },
    code: 5,
    says: /heartbeat says that it is dead/,
  },
  {
    name: 'without a mode, no answer is not death',
    cluster: 'fencing',
    meets: { peer: 'active' },
    code: 1,
    says: /heartbeat does not say/,
  },
]

describe("DRBD's fence-peer handler", () => {
  it.each(cases)('$name: $code', async ({ cluster, meets, code, says }) => {
    const node = fencedNode(variant(cluster), meets)
    expect((await node.fencePeer()).code).toBe(code)
    expect(node.log().join('\n')).toMatch(says)
  })

  it('asks the peer to let go of a connection that is dead here, since outdate does nothing below it', async () => {
    const node = fencedNode(variant('witness'), { outdater: 4 })
    await node.fencePeer()
    expect(node.told()).toBe('>>>\nt=nfsha\nwhat=outdate\nresource=data\n<<<\n')
  })

  it('asks the peer before it has it reset', async () => {
    const node = fencedNode(variant('stonith'), { outdater: 4, answering: [gateway] })
    await node.fencePeer()
    expect(node.resets()).toEqual([])
  })

  it('resets this node, when the peer was promoted while it was Primary', async () => {
    const node = fencedNode(variant('witness'), { outdater: 6, role: 'Primary', flags: 's-----' })
    expect((await node.fencePeer()).code).toBe(6)
    expect(node.button()).toBe('b\n')
  })

  it.each([
    ['is Primary: what is here is the older side', 'Primary', 'A1', 6, 'b\n'],
    ['is Primary, and nothing is known of its data then', 'Primary', 'unknown', 6, 'b\n'],
    ['was promoted since', 'Primary', 'B2', 4, ''],
    ['is not Primary: nothing is frozen here', 'Secondary', 'A1', 4, ''],
  ] as const)(
    'heeds newer data that the peer gave up, where this node %s',
    async (_, role, own, code, button) => {
      const node = fencedNode(variant('witness'), { outdater: 4, role, generation: 'A15', flags: 's-----' })
      node.write('var/lib/nfsha/guard/data.superseded', `1 superseded ${own} F1\n`)
      expect((await node.fencePeer()).code).toBe(code)
      expect(node.button()).toBe(button)
    },
  )

  it('resets an active node whose writes stay frozen', async () => {
    const node = fencedNode(variant('witness'), { role: 'Primary', flags: 's-----' })
    await node.fencePeer()
    await expect.poll(() => node.button(), { timeout: 30_000 }).toBe('b\n')
    expect(node.log().at(-1)).toContain('writes have been frozen for 60 s, so this node resets itself')
  })

  it('does not, once they go on', async () => {
    const node = fencedNode(variant('witness'), { role: 'Primary', flags: 'r-----' })
    await node.fencePeer()
    expect(node.button()).toBe('')
  })

  describe('of an active node that is cut off', () => {
    const cutOff: Meets = { role: 'Primary', flags: 's-----' }
    const taken = 'ip address delete 192.168.0.219/24 dev em1'
    const given = 'ip address replace 192.168.0.219/24 dev em1'
    const thaws = 'sed -i s/s-----/r-----/ proc/drbd'

    it('takes the addresses away: once the cables are back it would answer clients of the other node', async () => {
      const node = fencedNode(variant('witness'), cutOff)
      await node.fencePeer()
      expect(node.network()).toEqual([taken])
      expect(node.log().join('\n')).toContain("the service's addresses are taken away from here")
    })

    it('gives them back when writes go on, and tells the network', async () => {
      const node = fencedNode(variant('witness'), { ...cutOff, meanwhile: thaws })
      node.write('run/nfsha/group.active', '')
      await node.fencePeer()
      const announced = 'arping -q -U -c 3 -w 5 -I em1 192.168.0.219'
      await expect.poll(() => node.network(), { timeout: 30_000 }).toEqual([taken, given, announced])
      expect(node.button()).toBe('')
    })

    it('does not give back what the group has given up', async () => {
      const node = fencedNode(variant('witness'), { ...cutOff, meanwhile: `${thaws}; echo thawed >>network` })
      await node.fencePeer()
      await expect.poll(() => node.network().slice(-2), { timeout: 30_000 }).toEqual([taken, 'thawed'])
      node.watched()
      expect(node.network().at(-1)).toBe('thawed')
    })

    it('takes back at once what the group gives up just then', async () => {
      const asAddressesChange = 'case $2 in replace) rm run/nfsha/group.active ;; esac'
      const node = fencedNode(variant('witness'), { ...cutOff, meanwhile: thaws, asAddressesChange })
      node.write('run/nfsha/group.active', '')
      await node.fencePeer()
      await expect.poll(() => node.network(), { timeout: 30_000 }).toEqual([taken, given, taken])
    })

    it.each<[string, string, Meets]>([
      ['the node is passive', 'witness', { ...cutOff, role: 'Secondary' }],
      [
        'the peer answers pings',
        'witness',
        { ...cutOff, answering: [gateway, peerAddress], listening: [`${dns} 53`] },
      ],
      ['nobody would give them back', 'witness, nobody resets', cutOff],
      ['the other node resets this one', 'stonith', cutOff],
    ])('leaves them where %s', async (_, name, meets) => {
      const node = fencedNode(variant(name), meets)
      expect((await node.fencePeer()).code).toBe(1)
      expect(node.network()).toEqual([])
    })
  })

  it('fails for a resource that is not ours, and without one', async () => {
    const node = fencedNode(variant('witness'), bothWitnesses)
    expect((await node.fencePeer('media')).code).toBe(1)
    expect((await node.fencePeer('')).code).not.toBe(0)
  })
})

describe('the STONITH plugin', () => {
  const answering = [gateway]

  it('resets the peer by the first device that does', async () => {
    const node = fencedNode(variant('stonith'), { answering, stonith: { 'external/ipmi': 1 } })
    expect((await node.plugin('reset', nodes[1].name)).code).toBe(0)
    expect(node.resets()).toEqual([
      `-t external/ipmi -F /dev/stdin -T reset ${peer} <<< m2.redhat.sx 10.0.0.2 <secret fencing.m2.1.passwd>`,
      `-t meatware -F /dev/stdin -T reset ${peer} <<< m2.redhat.sx`,
    ])
    expect(node.log()).toEqual([
      `<26>nfsha: m1-m2 external/ipmi did not reset ${peer}`,
      `<28>nfsha: m1-m2 ${peer} was reset`,
    ])
  })

  it('resets once for both who ask, until the peer can act again', async () => {
    const node = fencedNode(variant('stonith'), { answering })
    await node.plugin('reset', nodes[1].name.toUpperCase())
    expect((await node.plugin('reset', nodes[1].name)).code).toBe(0)
    expect(node.resets()).toHaveLength(1)
    node.write('proc/uptime', `${4321 + heartbeat.initdeadMs / 1000}.90 1.00\n`)
    await node.plugin('reset', nodes[1].name)
    expect(node.resets()).toHaveLength(2)
  })

  it('resets nobody while no witness answers, and neither itself nor a stranger', async () => {
    expect((await fencedNode(variant('stonith')).plugin('reset', nodes[1].name)).code).toBe(1)
    const node = fencedNode(variant('stonith'), { answering })
    expect((await node.plugin('reset', nodes[0].name)).code).toBe(1)
    expect((await node.plugin('reset', 'm3')).code).toBe(1)
    expect(node.resets()).toEqual([])
  })

  it('is well when a device is, and says what heartbeat asks', async () => {
    const node = fencedNode(variant('stonith'), { stonith: { 'external/ipmi': 1 } })
    expect((await node.plugin('status')).code).toBe(0)
    expect((await node.plugin('gethosts')).stdout).toBe(`${peer}\n`)
    expect((await node.plugin('getconfignames')).stdout).toBe('hostlist\n')
    expect((await node.plugin('on', nodes[1].name)).code).toBe(1)
    const ill = fencedNode(variant('stonith'), { stonith: { 'external/ipmi': 1, meatware: 1 } })
    expect((await ill.plugin('status')).code).toBe(1)
  })
})
