import { afterEach, describe, expect, it } from 'vitest'
import { exampleCluster } from '../fixtures/cluster.ts'
import { createWorld, type World } from './world.ts'

const example = exampleCluster()
const worlds: World[] = []
const guard = 'var/lib/nfsha/guard'

function world(): World {
  const created = createWorld(example)
  worlds.push(created)
  return created
}

afterEach(() => {
  for (const created of worlds.splice(0)) created.end()
})

/** What any mark may hold: since when, what, this node's data generation (as in world.ts), the peer's. */
const markText = '1 superseded A1B2C3D4E5F6071 FFFFFFFFFFFFFFF\n'

const promoted = (node: World) => node.calls().includes('drbdadm primary data')

/** Starts and says by which rule it was refused, or that it was promoted. */
async function verdict(node: World): Promise<string> {
  const { code } = await node.run('m1-m2', 'start')
  if (promoted(node)) return code === 0 ? 'promoted' : 'failed later'
  return /^reason (\S+)/m.exec(node.read(`${guard}/refused`) ?? '')?.[1] ?? 'failed without a reason'
}

interface Case {
  readonly name: string
  readonly drbd?: readonly [connection: string, roles: string, disks: string]
  readonly peer?: string
  readonly marks?: readonly string[]
  readonly verdict: string
}

const alone = 'UpToDate/DUnknown'

const cases: readonly Case[] = [
  {
    name: 'both up to date',
    drbd: ['Connected', 'Secondary/Secondary', 'UpToDate/UpToDate'],
    verdict: 'promoted',
  },
  {
    name: 'a crashed peer that still seems Primary',
    drbd: ['Connected', 'Secondary/Primary', 'UpToDate/UpToDate'],
    verdict: 'promoted',
  },
  {
    name: 'the peer is being synced',
    drbd: ['SyncSource', 'Secondary/Secondary', 'UpToDate/Inconsistent'],
    verdict: 'promoted',
  },
  {
    name: 'the peer is dead',
    drbd: ['WFConnection', 'Secondary/Unknown', alone],
    peer: 'dead',
    verdict: 'promoted',
  },
  {
    name: 'the peer lives, and DRBD is cut off',
    drbd: ['WFConnection', 'Secondary/Unknown', alone],
    peer: 'active',
    verdict: 'guard-superseded',
  },
  {
    name: 'heartbeat does not say how the peer is, and DRBD is cut off',
    drbd: ['WFConnection', 'Secondary/Unknown', alone],
    peer: '',
    verdict: 'guard-superseded',
  },
  { name: 'StandAlone', drbd: ['StandAlone', 'Secondary/Unknown', alone], verdict: 'guard-standalone' },
  {
    name: 'a split-brain seen before a reboot',
    drbd: ['WFConnection', 'Secondary/Unknown', alone],
    marks: ['split-brain'],
    verdict: 'guard-split-brain',
  },
  {
    name: 'a split-brain not declared repaired',
    drbd: ['Connected', 'Secondary/Secondary', 'UpToDate/UpToDate'],
    marks: ['split-brain'],
    verdict: 'guard-split-brain',
  },
  {
    name: 'superseded before, the peer died since',
    drbd: ['WFConnection', 'Secondary/Unknown', alone],
    marks: ['superseded'],
    verdict: 'guard-superseded',
  },
  {
    name: 'superseded before, reunited since',
    drbd: ['Connected', 'Secondary/Secondary', 'UpToDate/UpToDate'],
    marks: ['superseded'],
    verdict: 'promoted',
  },
  {
    name: 'superseded before, being synced',
    drbd: ['SyncTarget', 'Secondary/Secondary', 'Inconsistent/UpToDate'],
    marks: ['superseded'],
    verdict: 'guard-superseded',
  },
  {
    name: 'Outdated',
    drbd: ['WFConnection', 'Secondary/Unknown', 'Outdated/DUnknown'],
    verdict: 'guard-disk',
  },
  {
    name: 'Inconsistent',
    drbd: ['WFConnection', 'Secondary/Unknown', 'Inconsistent/DUnknown'],
    verdict: 'guard-disk',
  },
  {
    name: 'Diskless',
    drbd: ['Connected', 'Secondary/Secondary', 'Diskless/UpToDate'],
    verdict: 'guard-disk',
  },
  {
    name: 'Consistent: DRBD itself asks its fencing',
    drbd: ['WFConnection', 'Secondary/Unknown', 'Consistent/DUnknown'],
    verdict: 'promoted',
  },
  { name: 'DRBD is not loaded', verdict: 'guard-down' },
  { name: 'DRBD is not up', drbd: ['Unconfigured', '', ''], verdict: 'guard-down' },
  {
    name: 'chosen, StandAlone after a split-brain',
    drbd: ['StandAlone', 'Secondary/Unknown', alone],
    marks: ['split-brain', 'chosen'],
    verdict: 'promoted',
  },
  {
    name: 'chosen beside a living peer',
    drbd: ['WFConnection', 'Secondary/Unknown', alone],
    peer: 'active',
    marks: ['superseded', 'chosen'],
    verdict: 'promoted',
  },
  {
    name: 'chosen, but Outdated: DRBD needs more than a word',
    drbd: ['StandAlone', 'Secondary/Unknown', 'Outdated/DUnknown'],
    marks: ['chosen'],
    verdict: 'guard-disk',
  },
]

describe('the promotion guard', () => {
  it.each(cases)('$name: $verdict', async each => {
    const node = world()
    if (each.drbd !== undefined) node.drbd(...each.drbd)
    node.write('peer', `${each.peer ?? 'dead'}\n`)
    for (const mark of each.marks ?? []) node.write(`${guard}/data.${mark}`, markText)
    expect(await verdict(node)).toBe(each.verdict)
  })

  it('says why and what to do next, in the log and in a file, and forgets it once promoted', async () => {
    const node = world()
    node.drbd('StandAlone', 'Secondary/Unknown', alone)
    await verdict(node)
    expect(node.log()[0]).toMatch(
      /^<26>nfsha: m1-m2 will not promote data: DRBD is StandAlone: .*\. Next: choose/,
    )
    expect(node.read(`${guard}/refused`)).toMatch(
      /^resource data\nreason guard-standalone .+\nnext .+drbdadm connect/,
    )
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    expect(await verdict(node)).toBe('promoted')
    expect(node.has(`${guard}/refused`)).toBe(false)
  })

  it('promotes no volume when one of them may not be', async () => {
    const cluster = exampleCluster({
      volumes: [
        ...example.volumes,
        ...example.volumes.map(volume => ({ ...volume, name: 'media', minor: 1, carriesState: false })),
      ],
    })
    const node = createWorld(cluster)
    worlds.push(node)
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.drbd('StandAlone', 'Secondary/Unknown', alone, 1)
    expect(await verdict(node)).toBe('guard-standalone')
  })
})

describe('superseded', () => {
  it('is no question where the node is Primary already and start only mends', async () => {
    const node = world()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    await node.run('m1-m2', 'start')
    node.drbd('WFConnection', 'Primary/Unknown', alone)
    node.write('peer', 'active\n')
    node.write('proc/fs/nfsd/threads', '0\n')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.has(`${guard}/data.superseded`)).toBe(false)
    expect((await node.run('m1-m2', 'status')).stdout).toBe('running\n')
  })

  const cutOff = ['WFConnection', 'Secondary/Unknown', alone] as const

  it('waits for DRBD to find the peer when both nodes have just come up', async () => {
    const node = world()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('after-wait', node.read('proc/drbd') ?? '')
    node.drbd(...cutOff)
    node.write('peer', 'active\n')
    expect(await verdict(node)).toBe('promoted')
    expect(node.calls().join('\n')).toContain('drbdsetup wait-connect 0 --wfc-timeout=2 ')
  })

  it('promotes once heartbeat finds out that a peer shut down is gone', async () => {
    const node = world()
    node.drbd(...cutOff)
    node.write('peer', 'active\n')
    node.write('peer-later', 'dead\n')
    expect(await verdict(node)).toBe('promoted')
  })

  it('asks no longer than deadtime', async () => {
    const node = world()
    node.drbd(...cutOff)
    node.write('peer', 'active\n')
    expect(await verdict(node)).toBe('guard-superseded')
    expect(node.calls().filter(call => call.startsWith('drbdsetup wait-connect'))).toHaveLength(15)
    expect(node.read(`${guard}/refused`)).toContain('m2.redhat.sx lives and may have newer data')
  })

  it('has ended once something was synced since the mark', async () => {
    const node = world()
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
    const node = world()
    node.write(`${guard}/data.superseded`, text)
    node.write('gi', identifiers)
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('guard-superseded')
    expect(node.read(`${guard}/refused`)).toContain('m2.redhat.sx has newer data')
  })

  it('can be overruled once: the word of a person is used up by the promotion', async () => {
    const node = world()
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
    const node = world()
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
    const node = world()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('peer', 'active\n')
    await node.run('m1-m2', 'start')
    await node.run('m1-m2', 'stop')
    node.forgetCalls()
    node.drbd(...cutOff)
    expect(await verdict(node)).toBe('guard-superseded')
  })
})

describe('what the peer tells', () => {
  const cutOff = ['WFConnection', 'Secondary/Unknown', alone] as const
  const word = { src: 'm2.redhat.sx', resource: 'data' }

  /** A node whose peer lives while DRBD is cut off. */
  function besideLivingPeer(): World {
    const node = world()
    node.drbd(...cutOff)
    node.write('peer', 'active\n')
    return node
  }

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
    const node = world()
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
    const node = world()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('run/heartbeat.pid', '')
    expect((await node.run('m1-m2', 'start')).code).toBe(0)
    expect(node.read('var/lib/heartbeat/fifo')).toBe('')
  })
})

describe('the record', () => {
  it('counts promotions on the volume', async () => {
    const node = world()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('srv/nfsha/.nfsha/generation', '41\n')
    await node.run('m1-m2', 'start')
    expect(node.read('srv/nfsha/.nfsha/generation')).toBe('42\n')
    expect(node.read(`${guard}/data.record`)).toBe(
      `state=active generation=42 connected=yes heartbeat=${process.pid} uuid=-\n`,
    )
    await node.run('m1-m2', 'stop')
    expect(node.read(`${guard}/data.record`)).toBe(
      `state=released generation=42 connected=yes heartbeat=${process.pid} uuid=-\n`,
    )
  })

  it.each(['', 'rubbish\n'])('begins again where the count is %j', async text => {
    const node = world()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('srv/nfsha/.nfsha/generation', text)
    await node.run('m1-m2', 'start')
    expect(node.read('srv/nfsha/.nfsha/generation')).toBe('1\n')
  })
})

describe('with DRBD 9', () => {
  const nine = exampleCluster({ platform: { ...example.platform, drbdDialect: '9' } })

  it.each([
    ['Connected', 'UpToDate/UpToDate', 'promoted'],
    ['StandAlone', 'UpToDate/DUnknown', 'guard-standalone'],
    ['Connecting', 'Outdated/DUnknown', 'guard-disk'],
    ['Connecting', 'UpToDate/DUnknown', 'promoted'],
    ['', '', 'guard-down'],
  ])('%s %s: %s', async (connection, disks, expected) => {
    const node = createWorld(nine)
    worlds.push(node)
    node.write('proc/drbd', 'version: 9.2.0 (api:2/proto:86-121)\n')
    node.write('drbd9/cstate', `${connection}\n`)
    node.write('drbd9/role', 'Secondary\n')
    node.write('drbd9/dstate', `${disks}\n`)
    expect(await verdict(node)).toBe(expected)
  })
})
