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
    verdict: 'guard-disk',
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
    for (const mark of each.marks ?? []) node.write(`${guard}/data.${mark}`, '1 mark\n')
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
    expect(node.calls().join('\n')).toContain('drbdsetup wait-connect 0 --wfc-timeout=15')
  })

  it('is remembered, so that the death of the newer peer does not bring old data up', async () => {
    const node = world()
    node.drbd(...cutOff)
    node.write('peer', 'active\n')
    expect(await verdict(node)).toBe('guard-superseded')
    expect(node.read(`${guard}/data.superseded`)).toMatch(/^\d+ superseded A1B2C3D4E5F6071\n$/)
    node.write('peer', 'dead\n')
    expect(await verdict(node)).toBe('guard-superseded')
  })

  it('ends once both sides have the same data', async () => {
    const node = world()
    node.write(`${guard}/data.superseded`, '1 superseded A\n')
    node.write(`${guard}/data.chosen`, '')
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    expect(await verdict(node)).toBe('promoted')
    expect([node.has(`${guard}/data.superseded`), node.has(`${guard}/data.chosen`)]).toEqual([false, false])
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
      'state=released generation=1 connected=no heartbeat=777 uuid=A1B2C3D4E5F6071\n',
    )
    expect(await verdict(node)).toBe('promoted')
  })

  it.each([
    ['heartbeat restarted in between, as it does after a partition', 'run/heartbeat.pid', '778\n'],
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

describe('the record', () => {
  it('counts promotions on the volume', async () => {
    const node = world()
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.write('srv/nfsha/.nfsha/generation', '41\n')
    await node.run('m1-m2', 'start')
    expect(node.read('srv/nfsha/.nfsha/generation')).toBe('42\n')
    expect(node.read(`${guard}/data.record`)).toBe(
      'state=active generation=42 connected=yes heartbeat=777 uuid=-\n',
    )
    await node.run('m1-m2', 'stop')
    expect(node.read(`${guard}/data.record`)).toBe(
      'state=released generation=42 connected=yes heartbeat=777 uuid=-\n',
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
