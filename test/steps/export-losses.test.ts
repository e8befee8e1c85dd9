import { describe, expect, it } from 'vitest'
import type { ServedExport } from '../../src/facts/exports.ts'
import { keepsAll, lossOf } from '../../src/steps/_export-losses.ts'

/** Exports of one path: `client` by itself may read, `client rw` may write, `client rw sec=krb5` only by that. */
const exportsTo = (...texts: readonly string[]): readonly ServedExport[] =>
  texts.map(text => {
    const [client = '', ...options] = text.split(' ')
    return { path: '/srv/a', client, options }
  })

const names = { 'c1.example.net': ['10.0.0.5'] }

/** For 10.0.0.5. */
const cases: [string, readonly string[], readonly string[], readonly string[]][] = [
  ['a network narrowed past it', ['10.0.0.0/8 rw'], ['10.1.0.0/16 rw'], ['access']],
  ['a network narrowed around it', ['10.0.0.0/8 rw'], ['10.0.0.0/24 rw'], []],
  ['everybody narrowed to a network', ['* rw'], ['10.0.0.0/24 rw'], []],
  ['rw made ro', ['10.0.0.0/8 rw'], ['10.0.0.0/8'], ['writing']],
  ['ro made rw', ['10.0.0.0/8'], ['10.0.0.0/8 rw'], []],
  [
    'ro for its address beside rw for the network',
    ['10.0.0.0/8 rw'],
    ['10.0.0.0/8 rw', '10.0.0.5'],
    ['writing'],
  ],
  ['ro for another address', ['10.0.0.0/8 rw'], ['10.0.0.0/8 rw', '10.0.0.6'], []],
  ['its own rw taken, the network ro', ['10.0.0.5 rw', '10.0.0.0/8'], ['10.0.0.0/8'], ['writing']],
  ['its own ro taken, the network rw', ['10.0.0.5', '10.0.0.0/8 rw'], ['10.0.0.0/8 rw'], []],
  ['by its name instead of its address', ['10.0.0.5 rw'], ['c1.example.net rw'], []],
  ['by the name of another', ['10.0.0.5 rw'], ['c2.example.net rw'], ['access']],
  ['a short name that exportfs shows in full', ['c1.example.net rw'], ['c1 rw'], []],
  ['the netgroup that it may be in taken', ['@net rw'], ['10.9.0.0/16 rw'], ['access']],
  ['the netgroup that it may be in kept', ['@net rw', '10.9.0.0/16 rw'], ['@net rw'], []],
  ['the netgroup made ro', ['@net rw'], ['@net'], ['writing']],
  ['the netgroup replaced by its network', ['@net rw'], ['10.0.0.0/8 rw'], []],
  ['one that was never for it', ['10.9.0.0/16 rw'], ['10.8.0.0/16 rw'], []],
  ['sys made Kerberos', ['* rw'], ['* rw sec=krb5:krb5i'], ['sec=sys']],
  ['Kerberos joined by sys', ['* rw sec=krb5'], ['* rw sec=sys:krb5'], []],
  ['other options', ['* rw async'], ['* rw'], []],
]

describe('what a client loses of an export', () => {
  it.each(cases)('%s', (_, before, after, lost) => {
    const [was, now] = [exportsTo(...before), exportsTo(...after)]
    expect(lossOf('10.0.0.5', was, now, names)).toEqual(lost)
    // Nobody is asked about where nobody can lose anything.
    if (lost.length > 0) expect(keepsAll(was, now)).toBe(false)
  })

  it.each([
    ['the same', ['* rw'], ['* rw']],
    ['one more', ['10.0.0.0/8 rw'], ['10.0.0.0/8 rw', '10.0.0.5 rw']],
    ['more rights', ['10.0.0.0/8'], ['10.0.0.0/8 rw']],
    ['a first one', [], ['* rw']],
  ])('is nothing for anybody with %s', (_, before, after) => {
    expect(keepsAll(exportsTo(...before), exportsTo(...after))).toBe(true)
  })

  it('is asked about where one that comes may do less', () => {
    expect(keepsAll(exportsTo('10.0.0.0/8 rw'), exportsTo('10.0.0.0/8 rw', '10.0.0.5'))).toBe(false)
  })
})
