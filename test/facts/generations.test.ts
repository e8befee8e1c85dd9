import { describe, expect, it } from 'vitest'
import type { Generations } from '../../src/facts/drbd-metadata.ts'
import { compareGenerations } from '../../src/facts/generations.ts'

const uuid = (letter: string) => letter.repeat(16)
const zero = uuid('0')
const fresh = '0000000000000004'
const side = (current: string, bitmap = zero, ...history: string[]): Generations => ({
  current,
  bitmap,
  history: [...history, zero, zero].slice(0, 2),
})

const [a, b, c, d] = ['A', 'B', 'C', 'E'].map(uuid) as [string, string, string, string]

describe('compareGenerations', () => {
  it.each([
    ['virgin', side(fresh), side(fresh)],
    ['virgin', side(fresh), side(zero)],
    ['peer-newer', side(fresh), side(a)],
    ['self-newer', side(a), side(fresh)],
    ['same', side(a), side(a, b)],
    ['peer-newer', side(a), side(b, a)],
    ['peer-newer', side(a), side(c, b, a)],
    ['self-newer', side(b, a), side(a)],
    ['self-newer', side(c, zero, a), side(a)],
    ['diverged', side(b, a), side(c, a)],
    ['diverged', side(b, a, d), side(c, d)],
    ['unrelated', side(a), side(b)],
    ['unrelated', side(a, c), side(b, d)],
  ])('%s: %#', (relation, self, peer) => {
    expect(compareGenerations(self, peer)).toBe(relation)
  })

  it('never takes two empty histories for a common past', () => {
    expect(compareGenerations(side(a, zero, fresh), side(b, zero, fresh))).toBe('unrelated')
  })
})
