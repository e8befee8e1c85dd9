import { describe, expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import { contradicts, expectedAndFound } from '../../src/executor/mismatch.ts'

const mismatch = (expected: Fact<unknown> | undefined, found: Fact<unknown>) => ({
  host: 'm1',
  probe: 'p',
  expected,
  found,
})

describe('a fact that was read', () => {
  it.each<[string, Fact<unknown> | undefined, Fact<unknown>, string]>([
    ['another value', present('a'), present('b'), 'expected "a", found "b"'],
    ['another list', present([1]), present([1, 2]), 'expected [1], found [1,2]'],
    [
      'a member of another value, and only that is told',
      present({ mode: '0644', owner: 'root:root' }),
      present({ mode: '0600', owner: 'root:root', content: 'long' }),
      'mode: expected "0644", found "0600"',
    ],
    [
      'a member that is not there',
      present({ mode: '0644' }),
      present({}),
      'mode: expected "0644", found nothing',
    ],
    ['nothing there', present({ mode: '0644' }), absent(), 'expected {"mode":"0644"}, found absent'],
    ['nothing known', absent(), unknown('time out'), 'expected absent, found unknown (time out)'],
    ['what nobody foresaw', undefined, present(1), 'expected nothing, found 1'],
  ])('contradicts what was said: %s', (_, expected, found, words) => {
    expect(contradicts(mismatch(expected, found))).toBe(true)
    expect(expectedAndFound(mismatch(expected, found))).toBe(words)
  })

  it.each<[string, Fact<unknown>, Fact<unknown>]>([
    ['the same', present({ a: [1], b: 2 }), present({ b: 2, a: [1] })],
    ['the same list', present([1]), present([1])],
    ['nothing, as was said', absent(), absent()],
    ['more than was said', present({ version: 'pristine' }), present({ version: 'pristine', content: 'x' })],
    [
      'what was left open',
      present({ version: 'x', target: undefined }),
      present({ version: 'x', target: 'y' }),
    ],
  ])('does not contradict what was said: %s', (_, expected, found) => {
    expect(contradicts(mismatch(expected, found))).toBe(false)
  })
})
