import { describe, expect, it } from 'vitest'
import type { Node } from '../../src/core/cluster.ts'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { Content } from '../../src/facts/filesystem.ts'
import { labelOf } from '../../src/facts/filesystem.ts'
import { heartbeatStopped } from '../../src/facts/heartbeat.ts'
import step from '../../src/steps/mkfs.ts'
import { drbd, givenOn, m1, m2, volume } from './storage-fixture.ts'

interface Side {
  readonly status?: string
  readonly contents?: Fact<readonly Content[]>
  readonly intent?: Fact<unknown>
  readonly mount?: Fact<unknown>
  readonly heartbeat?: boolean
  /** Whether the node's resource group has the volume. */
  readonly member?: boolean
}

const side = (host: Node, { status, contents, intent, mount, heartbeat, member }: Side) => ({
  host,
  facts: {
    'hold marker': absent(),
    status: present(drbd(status ?? 'Connected Secondary/Secondary UpToDate/UpToDate')),
    contents: contents ?? present([]),
    intent: intent ?? absent(),
    mount: mount ?? absent(),
    heartbeat: present({ ...heartbeatStopped, running: heartbeat === true }),
    member: member === false ? absent() : present(true),
  } as never,
})

const diff = (self: Side, peer: Side = self, on: Node = m1) =>
  step.diff(givenOn(on), side(on, self), side(on === m1 ? m2 : m1, peer))

const ours = present([{ type: 'ext4', label: 'nfsha-data' }])
const unlabelled = present([{ type: 'ext4' }])
const intent = present({ kind: 'file', mode: '0600', owner: 'root:root' })

describe('an empty volume', () => {
  it('gets its file system from the preferred node, in one deed', () => {
    const change = diff({})
    if (change.kind !== 'change') throw new Error(change.kind)
    const [action, ...more] = change.actions
    if (action?.kind !== 'script') throw new Error('a script')
    expect(more).toEqual([])
    const order = [
      '>"$intent"',
      'drbdadm primary',
      'wipefs -n',
      'mkfs.ext4',
      '\numount',
      'e2label',
      'rm -f "$intent"',
      '\nrelease\n',
    ]
    const places = order.map(words => action.script.indexOf(words))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(change.risk).toBe('destructive')
    expect(change.expect.self?.map(({ fact }) => fact)).toEqual([ours, absent()])
    expect(change.expect.peer?.map(({ fact }) => fact)).toEqual([ours])
    expect(diff({}, {}, m2)).toEqual({ kind: 'in-sync' })
  })

  it('gets it while the first sync runs', () => {
    const source = { status: 'SyncSource Secondary/Secondary UpToDate/Inconsistent' }
    const target = {
      status: 'SyncTarget Secondary/Secondary Inconsistent/UpToDate',
      contents: unknown('half'),
    }
    expect(diff(source, target).kind).toBe('change')
  })

  it('gets none while heartbeat runs whose group has the volume', () => {
    expect(diff({}, { heartbeat: true })).toMatchObject({ kind: 'refusal', id: 'heartbeat-runs' })
    expect(diff({ heartbeat: true, member: false }).kind).toBe('change')
  })
})

describe('a file system', () => {
  it('with our label is kept', () => {
    expect(diff({ contents: ours })).toEqual({ kind: 'in-sync' })
  })

  it('that is mounted as the volume is kept, whatever its label', () => {
    const mount = present({ source: '/dev/drbd0', fsType: 'ext4' })
    expect(
      diff({ mount, contents: unlabelled, status: 'Connected Primary/Secondary UpToDate/UpToDate' }).kind,
    ).toBe('in-sync')
    expect(diff({ contents: unlabelled }, { mount }, m1).kind).toBe('in-sync')
  })

  it('that is mounted with another type than the inventory says is refused: the next start would fail', () => {
    const mount = present({ source: '/dev/drbd0', fsType: 'xfs' })
    expect(diff({ mount })).toMatchObject({ kind: 'refusal', id: 'other-file-system' })
  })

  it('half-made by a cut run is made anew, its signature removed only because of the intent', () => {
    const change = diff({ contents: unlabelled, intent })
    if (change.kind !== 'change') throw new Error(change.kind)
    expect(JSON.stringify(change.actions)).toContain('wipefs -q --all /dev/drbd0')
    expect(diff({ contents: unlabelled }, { contents: unlabelled, intent }).kind).toBe('change')
  })

  it.each<[string, Side]>([
    ['without label and intent', { contents: unlabelled }],
    ['with another label', { contents: present([{ type: 'ext4', label: 'mine' }]) }],
    [
      'with another label, beside an intent',
      { contents: present([{ type: 'ext4', label: 'mine' }]), intent },
    ],
    ['of another type', { contents: present([{ type: 'xfs', label: 'nfsha-data' }]) }],
    ['of another type, beside an intent', { contents: present([{ type: 'xfs' }]), intent }],
    [
      'beside something else',
      { contents: present([{ type: 'ext4', label: 'nfsha-data' }, { type: 'LVM2_member' }]) },
    ],
  ])('%s is refused on both nodes', (_, found) => {
    for (const on of [m1, m2])
      expect(diff(found, found, on)).toMatchObject({ kind: 'refusal', id: 'file-system-not-ours' })
  })

  it('that only one of two equal sides has is refused', () => {
    expect(diff({ contents: ours }, {})).toMatchObject({ kind: 'refusal', id: 'sides-differ' })
  })

  it('that could not be looked for is not taken for none', () => {
    expect(diff({ contents: unknown('Input/output error') }, {})).toMatchObject({
      kind: 'refusal',
      id: 'unknown-contents',
      reason: expect.stringContaining('Input/output error'),
    })
  })

  it('is not made where no side has complete data', () => {
    expect(diff({ status: 'Connected Secondary/Secondary Inconsistent/Inconsistent' })).toMatchObject({
      kind: 'refusal',
      id: 'no-complete-data',
    })
  })
})

describe('a finished volume that a cut run left promoted', () => {
  const stray: Side = { contents: ours, status: 'Connected Primary/Secondary UpToDate/UpToDate' }

  it('is given up', () => {
    const change = diff(stray, { contents: ours })
    expect(change).toMatchObject({ kind: 'change', risk: 'safe' })
    if (change.kind !== 'change') return
    expect(change.expect.self?.map(({ fact }) => fact)).toEqual([
      present(drbd('Connected Secondary/Secondary UpToDate/UpToDate')),
    ])
  })

  it("is heartbeat's when that runs", () => {
    expect(diff({ ...stray, heartbeat: true }, { contents: ours })).toEqual({ kind: 'in-sync' })
  })
})

describe('labelOf', () => {
  it.each([
    ['ext4', 'data', 'nfsha-data'],
    ['ext4', 'a-very-long-name', 'nfsha-a-ver~6c15'],
    ['xfs', 'a-very-long-name', 'nfsha-a~6c15'],
  ] as const)('%s %s', (fsType, name, label) => {
    expect(labelOf({ ...volume, fsType, name })).toBe(label)
  })
})
