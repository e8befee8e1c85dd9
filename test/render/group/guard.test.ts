import { describe, expect, it } from 'vitest'
import { exampleCluster } from '../../fixtures/cluster.ts'
import { alone, bootedNode, example, guard, markText, nodeWithoutDrbd, verdict } from './worlds.ts'

interface Case {
  readonly name: string
  readonly drbd?: readonly [connection: string, roles: string, disks: string]
  readonly peer?: string
  readonly marks?: readonly string[]
  readonly verdict: string
}

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
    const node = nodeWithoutDrbd()
    if (each.drbd !== undefined) node.drbd(...each.drbd)
    node.write('peer', `${each.peer ?? 'dead'}\n`)
    for (const mark of each.marks ?? []) node.write(`${guard}/data.${mark}`, markText)
    expect(await verdict(node)).toBe(each.verdict)
  })

  it('says why and what to do next, in the log and in a file, and forgets it once promoted', async () => {
    const node = bootedNode()
    node.drbd('StandAlone', 'Secondary/Unknown', alone)
    await verdict(node)
    expect(node.log()[0]).toMatch(
      /^<26>nfsha: m1-m2 will not promote data: DRBD is StandAlone: .*\. Next: .*choose/,
    )
    expect(node.read(`${guard}/refused`)).toMatch(
      /^resource data\nreason guard-standalone .+\nnext .+drbdadm connect/,
    )
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    expect(await verdict(node)).toBe('promoted')
    expect(node.has(`${guard}/refused`)).toBe(false)
  })

  it("advises a volume's unit as systemd spells it and a shell takes it", async () => {
    const node = nodeWithoutDrbd(
      exampleCluster({ volumes: example.volumes.map(volume => ({ ...volume, name: 'nfs-data' })) }),
    )
    expect(await verdict(node)).toBe('guard-down')
    expect(node.read(`${guard}/refused`)).toContain("\nnext systemctl restart 'drbd@nfs\\x2ddata.target'\n")
  })

  it('promotes no volume when one of them may not be', async () => {
    const cluster = exampleCluster({
      volumes: [
        ...example.volumes,
        ...example.volumes.map(volume => ({ ...volume, name: 'media', minor: 1, carriesState: false })),
      ],
    })
    const node = nodeWithoutDrbd(cluster)
    node.drbd('Connected', 'Secondary/Secondary', 'UpToDate/UpToDate')
    node.drbd('StandAlone', 'Secondary/Unknown', alone, 1)
    expect(await verdict(node)).toBe('guard-standalone')
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
    const node = nodeWithoutDrbd(nine)
    node.write('proc/drbd', 'version: 9.2.0 (api:2/proto:86-121)\n')
    node.write('drbd9/cstate', `${connection}\n`)
    node.write('drbd9/role', 'Secondary\n')
    node.write('drbd9/dstate', `${disks}\n`)
    expect(await verdict(node)).toBe(expected)
  })
})
