import { describe, expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import type { DrbdMetadata } from '../../src/facts/drbd-metadata.ts'
import type { DrbdState } from '../../src/facts/drbd-state.ts'
import { hold } from '../../src/facts/hold.ts'
import step from '../../src/steps/drbd-connected.ts'
import { drbd, freshMetadata, givenOn, m1, m2, usedMetadata } from './storage-fixture.ts'

const side = (host: typeof m1, status: Fact<DrbdState>, metadata: Fact<DrbdMetadata>) => ({
  host,
  facts: { 'hold marker': absent(), status, metadata },
})

const is = (text: string) => present(drbd(text))
const data = (current: string, bitmap = '0'.repeat(16)): Fact<DrbdMetadata> =>
  present({ ...usedMetadata, generations: { current, bitmap, history: [] } })

const [a, b, c] = ['A', 'B', 'C'].map(letter => letter.repeat(16)) as [string, string, string]
const alone = is('StandAlone Primary/Unknown UpToDate/DUnknown')
const waiting = is('WFConnection Secondary/Unknown UpToDate/DUnknown')

const diff = (
  self: Fact<DrbdState>,
  peer: Fact<DrbdState>,
  own: Fact<DrbdMetadata> = present(usedMetadata),
  other: Fact<DrbdMetadata> = present(usedMetadata),
) => step.diff(givenOn(m1), side(m1, self, own), side(m2, peer, other))

describe('drbd-connected', () => {
  it.each(['Connected', 'SyncSource', 'PausedSyncT', 'VerifyS', 'WFBitMapS', 'Ahead'])(
    '%s is connected',
    word => {
      expect(diff(is(`${word} Primary/Secondary UpToDate/UpToDate`), waiting)).toEqual({ kind: 'in-sync' })
    },
  )

  it.each(['WFConnection', 'Unconnected', 'BrokenPipe', 'NetworkFailure'])('%s is waited out', word => {
    expect(diff(is(`${word} Secondary/Unknown UpToDate/DUnknown`), waiting)).toMatchObject({
      kind: 'wait',
      summary: `data finds its peer (now ${word})`,
    })
  })

  it('expects to see what the peer says of itself', () => {
    const fresh = present(freshMetadata)
    const wait = diff(is('WFConnection Secondary/Unknown Inconsistent/DUnknown'), alone, fresh, fresh)
    expect(wait.kind === 'wait' && wait.expect.self?.[0]?.fact).toEqual(
      is('Connected Secondary/Primary Inconsistent/UpToDate'),
    )
  })

  it.each([
    ['the same data', data(a), data(a)],
    ['the data of the peer, older', data(a), data(b, a)],
    ['the data of the peer, newer', data(b, a), data(a)],
  ])('connects again one that stands alone with %s', (_, own, other) => {
    const change = diff(alone, waiting, own, other)
    expect(change).toMatchObject({
      kind: 'change',
      risk: 'safe',
      actions: [{ argv: ['drbdadm', 'connect', 'data'] }],
    })
    if (change.kind !== 'change') return
    expect(diff(change.expect.self?.[0]?.fact as Fact<DrbdState>, waiting, own, other)).toEqual({
      kind: 'in-sync',
    })
  })

  it.each<[string, Fact<DrbdState>, Fact<DrbdState>, Fact<DrbdMetadata>, Fact<DrbdMetadata>]>([
    ['split-brain', alone, alone, data(b, a), data(c, a)],
    ['split-brain', waiting, alone, data(b, a), data(c, a)],
    ['unrelated-data', alone, alone, data(b), data(c)],
    ['unknown-lineage', alone, waiting, data(a), unknown('gone')],
    ['drbd-down', absent(), waiting, data(a), data(a)],
    ['drbd-down', unknown('minor 0 belongs to the resource other'), waiting, data(a), data(a)],
  ])('%s is refused, with what to do', (id, self, peer, own, other) => {
    const refused = diff(self, peer, own, other)
    expect(refused).toMatchObject({ kind: 'refusal', id })
    expect(refused.kind === 'refusal' && refused.hint).toMatch(
      id === 'split-brain' ? /nfsha split-brain show/ : /drbd/,
    )
  })

  it('leaves a held node as it is', () => {
    const held = {
      host: m1,
      facts: { ...side(m1, alone, data(b)).facts, [hold.id]: present({ text: 'by me' }) },
    }
    expect(step.diff(givenOn(m1), held, side(m2, alone, data(c)))).toMatchObject({ kind: 'in-sync' })
  })
})
