import { describe, expect, it } from 'vitest'
import type { Node } from '../../src/core/cluster.ts'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { DrbdMetadata } from '../../src/facts/drbd-metadata.ts'
import type { DrbdProgress, DrbdState } from '../../src/facts/drbd-state.ts'
import type { Content } from '../../src/facts/filesystem.ts'
import step from '../../src/steps/drbd-initial-sync.ts'
import { drbd, freshMetadata, givenOn, m1, m2, usedMetadata, volume } from './storage-fixture.ts'

interface Side {
  readonly status: Fact<DrbdState>
  readonly metadata?: Fact<DrbdMetadata>
  readonly sync?: Fact<DrbdProgress>
  readonly contents?: Fact<readonly Content[]>
}

const is = (text: string) => present(drbd(text))
const side = (
  host: Node,
  { status, metadata = present(freshMetadata), sync = absent(), contents = present([]) }: Side,
) => ({
  host,
  facts: { 'hold marker': absent(), status, metadata, sync, contents },
})

const virgin: Side = { status: is('Connected Secondary/Secondary Inconsistent/Inconsistent') }
const diff = (self: Side, peer: Side = self, on: Node = m1, more: Parameters<typeof givenOn>[1] = {}) =>
  step.diff(givenOn(on, more), side(on, self), side(on === m1 ? m2 : m1, peer))

describe('a virgin pair', () => {
  it.each([
    [
      'skip',
      'drbdadm new-current-uuid --clear-bitmap data/0',
      'Connected Secondary/Secondary UpToDate/UpToDate',
    ],
    ['full', 'drbdadm primary --force data', 'SyncSource Secondary/Secondary UpToDate/Inconsistent'],
  ] as const)('%s: decided once, by the preferred node, under a guard', (initialSync, command, after) => {
    const more = { item: { ...volume, initialSync } }
    const change = diff(virgin, virgin, m1, more)
    if (change.kind !== 'change') throw new Error(change.kind)
    const [action] = change.actions
    if (action?.kind !== 'script') throw new Error('a script')
    expect(action.script).toContain(command)
    expect(action.guard?.script).toContain('Connected Secondary/Secondary Inconsistent/Inconsistent')
    expect(action.guard?.script).toContain('0000000000000004:*')
    expect(change.risk).toBe('destructive')
    expect(change.expect.self?.map(({ fact }) => fact)).toEqual([is(after)])
    expect(diff({ status: is(after) }, virgin, m1, more).kind).toBe('in-sync')
    expect(diff(virgin, virgin, m2, more)).toEqual({ kind: 'in-sync' })
  })

  it.each<[string, Side, Side]>([
    ['one side held data', virgin, { ...virgin, metadata: present(usedMetadata) }],
    ['the other one did', { ...virgin, metadata: present(usedMetadata) }, virgin],
    ["a side's metadata could not be read", virgin, { ...virgin, metadata: absent() }],
    ['one side is Primary', { status: is('Connected Primary/Secondary Inconsistent/Inconsistent') }, virgin],
  ])('is none when %s: nothing is overwritten', (_, self, peer) => {
    expect(diff(self, peer)).toMatchObject({ kind: 'refusal', id: 'no-source' })
  })
})

describe('a disk with data behind metadata that were never used', () => {
  it.each<[string, Fact<readonly Content[]>, string]>([
    ['a file system', present([{ type: 'ext4' }]), 'holds ext4'],
    ['nobody knows what', unknown('Input/output error'), 'Input/output error'],
  ])('%s is not overwritten from either side', (_, contents, named) => {
    for (const [self, peer] of [
      [{ ...virgin, contents }, virgin],
      [virgin, { ...virgin, contents }],
    ] as const)
      for (const initialSync of ['skip', 'full'] as const)
        expect(diff(self, peer, m1, { item: { ...volume, initialSync } })).toMatchObject({
          kind: 'refusal',
          id: 'data-behind-metadata',
          reason: expect.stringContaining(named),
        })
  })
})

describe('data that DRBD itself brings over', () => {
  const source: Side = {
    status: is('SyncSource Primary/Secondary UpToDate/Inconsistent'),
    metadata: present(usedMetadata),
    sync: present({ percent: 37.5, outOfSyncKib: 317_440, kibPerSecond: 3277, finish: '0:01:37' }),
  }

  it('are not waited for unless that was asked for', () => {
    expect(diff(source)).toMatchObject({ kind: 'in-sync', note: expect.stringContaining('--wait-sync') })
  })

  it('show their progress while they are waited for, and are in sync after', () => {
    const wait = diff(source, source, m1, { params: { waitSync: true } })
    expect(wait).toMatchObject({
      kind: 'wait',
      progress: '37.5 %, 310.0 MiB left, 3.2 MiB/s, 0:01:37 to go',
      fraction: 0.375,
    })
    if (wait.kind !== 'wait') return
    expect(diff({ status: wait.expect.self?.[0]?.fact as Fact<DrbdState> })).toEqual({ kind: 'in-sync' })
  })

  it('come to a new disk without anybody deciding', () => {
    const status = is('WFBitMapS Primary/Secondary UpToDate/Inconsistent')
    expect(diff({ status, metadata: present(usedMetadata) }, virgin).kind).toBe('in-sync')
  })
})

describe('it refuses', () => {
  it.each([
    ['drbd-not-connected', 'WFConnection Secondary/Unknown UpToDate/DUnknown'],
    ['drbd-not-connected', 'StandAlone Primary/Unknown UpToDate/DUnknown'],
    ['diskless', 'Connected Primary/Secondary UpToDate/Diskless'],
  ])('%s: %s', (id, status) => {
    expect(diff({ status: is(status), metadata: present(usedMetadata) })).toMatchObject({
      kind: 'refusal',
      id,
    })
  })

  it('a resource that is down', () => {
    expect(diff({ status: absent() })).toMatchObject({ kind: 'refusal', id: 'drbd-not-connected' })
  })
})
