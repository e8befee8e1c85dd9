import { describe, expect, it } from 'vitest'
import type { Node } from '../../src/core/cluster.ts'
import type { Diff } from '../../src/core/diff.ts'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { Params } from '../../src/core/step.ts'
import type { Disk, Signature } from '../../src/facts/block.ts'
import type { DrbdMetadata } from '../../src/facts/drbd-metadata.ts'
import type { Content } from '../../src/facts/filesystem.ts'
import step from '../../src/steps/drbd-create-md.ts'
import { blankDisk, freshMetadata, givenOn, m1, m2, usedMetadata } from './storage-fixture.ts'

interface Side {
  readonly disk?: Fact<Disk>
  readonly metadata?: Fact<DrbdMetadata>
  readonly contents?: Fact<readonly Content[]>
}

const side = (host: Node, { disk, metadata, contents }: Side) => ({
  host,
  facts: {
    disk: disk ?? present(blankDisk),
    metadata: metadata ?? absent(),
    contents: contents ?? present([]),
  },
})

const diff = (self: Side, peer: Side = {}, params: Partial<Params> = {}): Diff =>
  step.diff(givenOn(m1, { params }), side(m1, self), side(m2, peer))

const signed = (...signatures: Signature[]): Fact<Disk> => present({ ...blankDisk, blank: false, signatures })

const ext4: Signature = {
  type: 'ext4',
  offset: '0x438',
  uuid: '60da8881-e030-41d9-94e6-53ecb70aae18',
  label: 'old',
}
const drbdSignature: Signature = { type: 'drbd', offset: '0x1ffff03c' }
const foreign: DrbdMetadata = { ...usedMetadata, lineage: 'none' }
const consent = { allowDataLoss: ['data@m1'] }

describe('a blank disk', () => {
  const change = diff({})

  it('gets metadata, without force, guarded by the evidence', () => {
    if (change.kind !== 'change') throw new Error(change.kind)
    expect(change.summary).toBe('create DRBD metadata on /dev/vdb (serial=nfsha-data1), which is blank')
    expect([change.symbol, change.risk, change.consumed]).toEqual(['+', 'destructive', undefined])
    const [action] = change.actions
    if (action?.kind !== 'script') throw new Error('a script')
    expect(action.script).toContain('drbdadm create-md data </dev/null')
    expect(action.script).not.toMatch(/--force|wipefs --all/)
    expect(action.guard?.script).toContain('e'.repeat(64))
    expect(action.guard?.expects).toBe('/dev/vdb is still serial=nfsha-data1, 512.0 MiB, not in use, blank')
  })

  it('is in sync with what the change expects', () => {
    if (change.kind !== 'change') throw new Error(change.kind)
    const metadata = change.expect.self?.[0]?.fact as Fact<DrbdMetadata>
    expect(diff({ metadata })).toEqual({ kind: 'in-sync' })
  })
})

describe('what is there is refused, and named', () => {
  const cases: readonly [id: string, self: Side, named: readonly string[]][] = [
    [
      'file-system',
      { disk: signed(ext4) },
      ['/dev/vdb on m1 (512.0 MiB)', 'ext4 (label "old", UUID 60da8881'],
    ],
    [
      'hidden-file-system',
      { disk: signed(drbdSignature, ext4), metadata: present(foreign) },
      ['hidden behind it ext4 (label "old"'],
    ],
    [
      'foreign-metadata',
      { disk: signed(drbdSignature), metadata: present(foreign) },
      ['nothing says that it was made for data', 'drbd (at byte 0x1ffff03c)'],
    ],
    [
      'foreign-metadata',
      { disk: signed(drbdSignature), metadata: present({ ...freshMetadata, lineage: 'none' }) },
      ['nothing says that it was made for data'],
    ],
    [
      'partition-table',
      {
        disk: present({
          ...blankDisk,
          blank: false,
          signatures: [
            { type: 'gpt', offset: '0x200' },
            { type: 'PMBR', offset: '0x1fe' },
          ],
          partitions: ['vdb1', 'vdb2'],
        }),
      },
      ['gpt (at byte 0x200)', 'partitions vdb1, vdb2'],
    ],
    [
      'lvm-pv',
      { disk: signed({ type: 'LVM2_member', offset: '0x218', uuid: '2BUU8B-lkjS' }) },
      ['2BUU8B-lkjS'],
    ],
    ['signature', { disk: signed({ type: 'swap', offset: '0xff6' }) }, ['swap']],
    ['not-blank', { disk: present({ ...blankDisk, blank: false }) }, ['not all zeros']],
  ]

  it.each(cases)('%s', (id, self, named) => {
    const refused = diff(self)
    if (refused.kind !== 'refusal') throw new Error(refused.kind)
    expect(refused.id).toBe(id)
    for (const words of named) expect(refused.reason).toContain(words)
    expect(refused.hint).toContain('--allow-data-loss data@m1')
    expect(diff(self, {}, { allowDataLoss: ['data@m2', 'other@m1'] })).toMatchObject({ kind: 'refusal', id })
  })

  it.each(cases)('%s, with consent', (_, self) => {
    const change = diff(self, {}, consent)
    if (change.kind !== 'change') throw new Error(change.kind)
    expect([change.symbol, change.risk, change.consumed]).toEqual(['!', 'destructive', ['data@m1']])
    const [action] = change.actions
    if (action?.kind !== 'script') throw new Error('a script')
    expect(action.script).toContain('wipefs --all --backup')
    expect(action.script).not.toContain('--force')
    expect(change.display?.[0]).toMatchObject({ kind: 'lines' })
  })
})

describe('no consent covers', () => {
  const cases: readonly [id: string, self: Side, named: string][] = [
    ['missing-disk', { disk: absent() }, '/dev/vdb on m1 does not exist'],
    ['unreadable-disk', { disk: unknown('dd: Input/output error') }, 'Input/output error'],
    ['mounted-disk', { disk: present({ ...blankDisk, mountedAt: ['/mnt'], signatures: [ext4] }) }, 'ext4'],
    ['disk-in-use', { disk: present({ ...blankDisk, heldBy: ['dm-0'] }) }, 'dm-0'],
    [
      'disk-in-use',
      { disk: present({ ...blankDisk, attachedTo: { minor: 0, resource: 'other' } }) },
      'other',
    ],
    [
      'disk-in-use',
      { disk: present({ ...blankDisk, attachedTo: { minor: 7, resource: 'data' } }) },
      'minor 7',
    ],
    ['read-only-disk', { disk: present({ ...blankDisk, readOnly: true }) }, 'read-only'],
    ['unknown-metadata', { disk: signed(drbdSignature), metadata: unknown('no drbdmeta') }, 'no drbdmeta'],
  ]

  it.each(cases)('%s', (id, self, named) => {
    const refused = diff(self, {}, consent)
    if (refused.kind !== 'refusal') throw new Error(refused.kind)
    expect(refused.id).toBe(id)
    expect(refused.reason).toContain(named)
    expect(refused.hint).not.toContain('--allow-data-loss')
  })
})

describe('metadata of this lineage is kept', () => {
  const attached: Fact<Disk> = present({
    ...blankDisk,
    signatures: [drbdSignature, ext4],
    attachedTo: { minor: 0, resource: 'data' },
  })
  const same: DrbdMetadata = { ...usedMetadata, lineage: 'none' }
  const left: Fact<readonly Content[]> = present([{ type: 'ext4', label: 'nfsha-data' }])

  it('when it was recorded, whatever lies behind it, also with consent to its loss', () => {
    const self = { disk: signed(drbdSignature, ext4), metadata: present(usedMetadata) }
    expect(diff(self)).toEqual({ kind: 'in-sync' })
    expect(diff(self, {}, consent)).toEqual({ kind: 'in-sync' })
  })

  it.each<[string, Side, Side]>([
    ['a cut run made it', { metadata: present({ ...freshMetadata, lineage: 'unfinished' }) }, {}],
    ['it is attached as this resource', { disk: attached, metadata: present(same) }, {}],
    [
      "it is related to the peer's",
      { disk: signed(drbdSignature), metadata: present(same) },
      { metadata: present(usedMetadata) },
    ],
    [
      'a teardown left the volume on both disks',
      { disk: signed(drbdSignature, ext4), metadata: present(same), contents: left },
      { metadata: present(same), contents: left },
    ],
  ])('and only noted when %s', (_, self, peer) => {
    const change = diff(self, peer)
    if (change.kind !== 'change') throw new Error(change.kind)
    expect(change.risk).toBe('safe')
    expect(JSON.stringify(change.actions)).not.toMatch(/create-md|wipefs --all/)
    const metadata = change.expect.self?.[0]?.fact as Fact<DrbdMetadata>
    expect(diff({ ...self, metadata }, peer)).toEqual({ kind: 'in-sync' })
  })

  it.each<[string, Side, Side]>([
    ['the other disk holds something else', {}, { contents: present([{ type: 'ext4', label: 'other' }]) }],
    ['what the other disk holds is not known', {}, { contents: unknown('EIO') }],
    ['the other disk has no metadata', {}, { metadata: absent() }],
    [
      'there is more behind it',
      { contents: present([{ type: 'ext4', label: 'nfsha-data' }, { type: 'xfs' }]) },
      {},
    ],
    [
      'both sides are of other lineages',
      {},
      {
        metadata: present({
          ...same,
          generations: { current: '1111111111111110', bitmap: '0000000000000000', history: [] },
        }),
      },
    ],
  ])('nor is what looks like one left by a teardown, when %s', (_, self, peer) => {
    const mine = { disk: signed(drbdSignature, ext4), metadata: present(same), contents: left }
    const theirs = { metadata: present(same), contents: left }
    expect(diff({ ...mine, ...self }, { ...theirs, ...peer })).toMatchObject({ kind: 'refusal' })
  })

  it.each<[string, Side]>([
    ['is not proven itself', { metadata: present(same) }],
    [
      'has other data',
      {
        metadata: present({
          ...usedMetadata,
          generations: { current: '1111111111111110', bitmap: '0000000000000000', history: [] },
        }),
      },
    ],
    ['never held data', { metadata: present(freshMetadata) }],
  ])('but not on the word of a peer that %s', (_, peer) => {
    expect(diff({ disk: signed(drbdSignature), metadata: present(same) }, peer)).toMatchObject({
      kind: 'refusal',
      id: 'foreign-metadata',
    })
  })
})
