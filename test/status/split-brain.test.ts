import { describe, expect, it } from 'vitest'
import { stateVolume } from '../../src/core/cluster.ts'
import { absent, type Fact, type Facts, present, unknown } from '../../src/core/fact.ts'
import { drbdBacklog } from '../../src/facts/drbd.ts'
import { drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { partingLog } from '../../src/facts/parting.ts'
import { type VolumeFile, volumeFiles } from '../../src/facts/volume-files.ts'
import { plain } from '../../src/report/paint.ts'
import { splitBrainText } from '../../src/report/split-brain-text.ts'
import { lossOf, splitBrainOf, splitBrainProbes } from '../../src/status/split-brain.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2 } from '../steps/ha-fixture.ts'

const cluster = exampleCluster()
const volume = stateVolume(cluster)
const [first, second] = cluster.nodes
const [a, b, c] = ['A', 'B', 'C'].map(letter => letter.repeat(16)) as [string, string, string]

const data = (node: typeof first, current: string, bitmap: string) =>
  known(
    drbdMetadata(cluster, node, volume),
    present({
      lineage: 'recorded' as const,
      justCreated: false,
      generations: { current, bitmap, history: [] },
    }),
  )
const file = (path: string, changed: number): VolumeFile => ({
  path,
  kind: 'f',
  bytes: 10,
  changed: `${changed}.0000000000`,
  modified: `${changed}.0000000000`,
})
const lists = (node: typeof first, ...files: readonly VolumeFile[]) =>
  known(
    volumeFiles(node, volume),
    present({ isWhole: true, files: files.toSorted((x, y) => Number(y.changed) - Number(x.changed)) }),
  )
const marked = known(promotionGuard, present({ marks: [`${volume.name}.split-brain`] }))
const alone = { connection: 'StandAlone', peerRole: 'Unknown', peerDisk: 'DUnknown' }

const one: Known = [
  ...idle(cluster, alone),
  marked,
  data(first, b, a),
  known(drbdBacklog(volume, '8.4'), present({ outOfSyncKib: 124, suspended: false })),
  known(partingLog, present([{ agoMs: 90_000, text: 'block drbd0: Split-Brain detected but unresolved' }])),
  lists(first, file('old', 1_767_322_900), file('mine', 1_767_322_996), file('both', 1_767_322_990)),
]
const two: Known = [
  ...idle(cluster, alone),
  marked,
  data(second, c, a),
  lists(second, file('old', 1_767_322_900), file('both', 1_767_322_999)),
]

function factsOf(said: Readonly<Record<string, Known | undefined>>): Facts {
  return Object.fromEntries(
    Object.entries(splitBrainProbes(cluster)).map(([host, probes]) => {
      const knowledge = said[host]
      const fallback: Fact<unknown> = knowledge === undefined ? unknown('connection timed out') : absent()
      const all = probes.map(probe => [probe.id, fallback] as const)
      const told = (knowledge ?? []).map(([probe, fact]) => [probe.id, fact] as const)
      return [host, Object.fromEntries([...all, ...told])]
    }),
  )
}
const judge = (self: Known | undefined, peer: Known | undefined) =>
  splitBrainOf(cluster, factsOf({ [m1]: self, [m2]: peer }))

describe('splitBrainOf', () => {
  it.each<[string, Known | undefined, Known | undefined, string, RegExp]>([
    ['both sides changed', one, two, 'divided', /both changed data/],
    ['the sides are strangers', one, [...two, data(second, c, 'D'.repeat(16))], 'divided', /no common past/],
    ['both act', [...active(), data(first, b, b)], [...active(), data(second, b, b)], 'divided', /both act/],
    [
      'only a mark is left',
      [...idle(), data(first, b, a), marked],
      [...idle(), data(second, b, a)],
      'remembered',
      /still remember/,
    ],
    ['all is well', [...idle(), data(first, b, a)], [...idle(), data(second, b, a)], 'none', /of one line/],
    ['a node is silent', one, undefined, 'unknown', /is not known/],
  ])('when %s', (_, self, peer, verdict, reason) => {
    const split = judge(self, peer)
    expect(split.verdict).toBe(verdict)
    expect(split.reason).toMatch(reason)
  })

  it('tells what each side would lose, its last write, and where it can be read', () => {
    const [shown] = judge(one, two).volumes
    if (shown === undefined) throw new Error('no volume')
    expect(lossOf(shown, m1)?.map(({ path }) => path)).toEqual(['both', 'mine'])
    expect(lossOf(shown, m2)?.map(({ path }) => path)).toEqual(['both'])
    const [mine, its] = shown.sides
    expect(mine?.lastWrite).toEqual({ path: 'mine', at: '2026-01-02T03:03:16Z' })
    expect(its?.changed).toBe(1)
    expect(mine?.readAt).toMatchObject({ kind: 'aside', command: expect.stringContaining('ro,noload') })
    const [live] = judge([...active(), data(first, b, a)], two).volumes[0]?.sides ?? []
    expect(live?.readAt).toEqual({ kind: 'mount', path: volume.mountPoint })
  })

  it('knows no loss where a side could not be listed, and says why', () => {
    const [shown] = judge(one, [
      ...two,
      known(volumeFiles(second, volume), unknown('bad superblock')),
    ]).volumes
    expect(shown && lossOf(shown, m1)).toBeUndefined()
    expect(shown?.sides[1]?.problem).toBe('bad superblock')
  })
})

describe('splitBrainText', () => {
  it('puts both sides beside each other', () => {
    const text = splitBrainText(judge(one, two), { paint: plain, next: ['choose'] })
    for (const line of [
      /^m1-m2: split-brain: M1\.redhat\.sx and M2\.redhat\.sx both changed data/,
      /^connection +StandAlone +StandAlone$/m,
      /^generation +B{16} +C{16}$/m,
      /^differs by +124 KiB +unknown$/m,
      /^own changes +2 paths +1 paths$/m,
      /^2 paths changed since they parted, 1 of them on both sides:$/m,
      /^ {2}both +10 B, 2026-01-02T03:03:10Z +10 B, 2026-01-02T03:03:19Z +both$/m,
      /^ {2}M1\.redhat\.sx +10 B, 2026-01-02T03:03:16Z +- +mine$/m,
      /^ {2}1:30 min ago +block drbd0: Split-Brain detected but unresolved$/m,
      /^next: choose$/m,
    ])
      expect(text).toMatch(line)
  })

  it('names a few files, and says how many are left', () => {
    const text = splitBrainText(judge(one, two), { paint: plain, most: 1 })
    expect(text).toContain('and 1 more (--all names them)')
    expect(text).not.toMatch(/mine$/m)
  })

  it('prints no control character of a name', () => {
    const more = file('a\u001b[2J', 1_767_322_997)
    const evil = [...one, lists(first, file('old', 1_767_322_900), more)]
    expect(splitBrainText(judge(evil, two), { paint: plain })).toContain('a?[2J')
  })

  it('says of a silent node that it is silent', () => {
    const text = splitBrainText(judge(one, undefined), { paint: plain })
    expect(text).toContain('no answer: connection timed out')
  })
})
