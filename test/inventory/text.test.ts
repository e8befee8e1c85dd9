import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  contains,
  hostFlaw,
  isWithin,
  networkOf,
  parseAddress,
  parseCidr,
  parseDuration,
  parseMulticast,
  parsePath,
  parseSize,
} from '../../src/inventory/text.ts'

const octet = fc.integer({ min: 0, max: 255 })
const ipv4 = fc.tuple(octet, octet, octet, octet).map(parts => parts.join('.'))
const prefix = fc.integer({ min: 1, max: 32 })
const asNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

describe('times', () => {
  it.each([
    ['10', 10_000],
    ['1.5', 1500],
    ['2.3', 2300],
    ['10s', 10_000],
    ['500ms', 500],
    ['500 ms', 500],
    ['2min', 120_000],
    ['1h', 3_600_000],
  ])('%s is %i ms', (text, value) => {
    expect(parseDuration(text)).toEqual({ value })
  })

  it.each(['', '-1', 'ten', '10m', '1e3', '0.0001', '10 s s', 'Infinity', '99999999999999999'])(
    '"%s" is none',
    text => {
      expect(parseDuration(text)).toHaveProperty('flaw')
    },
  )

  it('agree in seconds and milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), ms => {
        expect(parseDuration(`${ms}ms`)).toEqual({ value: ms })
        expect(parseDuration(`${(ms / 1000).toFixed(3)}s`)).toEqual({ value: ms })
      }),
    )
  })
})

describe('sizes', () => {
  it.each([
    ['0', 0],
    ['512k', 524_288],
    ['100M', 104_857_600],
    ['1G', 1_073_741_824],
    ['1GiB', 1_073_741_824],
  ])('%s is %i bytes', (text, value) => {
    expect(parseSize(text)).toEqual({ value })
  })

  it.each(['1.5M', 'M', '-1', '1T', ''])('"%s" is none', text => {
    expect(parseSize(text)).toHaveProperty('flaw')
  })

  it('counts a plain number in the unit that it is told', () => {
    expect(parseSize('10', 1024)).toEqual({ value: 10_240 })
  })
})

describe('addresses', () => {
  it.each(['10.1', '010.0.0.1', '256.1.1.1', '0x7f.0.0.1', '1.2.3.4.5', 'host', ''])('"%s" is none', text => {
    expect(parseAddress(text)).toHaveProperty('flaw')
  })

  it.each(['fe80::1', '::1', '2001:db8::1/64', '::ffff:1.2.3.4'])('%s is refused as IPv6, by name', text => {
    expect(parseCidr(text)).toMatchObject({ flaw: expect.stringContaining('IPv6') })
  })

  it.each([
    '192.168.0.1',
    '192.168.0.1/0',
    '192.168.0.1/33',
    '192.168.0.1/x',
    '192.168.0.1/24/1',
    '1.2.3.4/',
  ])('"%s" has no prefix that counts', text => {
    expect(parseCidr(text)).toMatchObject({ flaw: expect.stringContaining('prefix') })
  })

  it('lie in their own network, as arithmetic says', () => {
    fc.assert(
      fc.property(ipv4, ipv4, prefix, (one, other, bits) => {
        const network = { address: one, prefix: bits }
        expect(contains(network, one)).toBe(true)
        expect(contains({ address: networkOf(network), prefix: bits }, one)).toBe(true)
        const block = 2 ** (32 - bits)
        const same = Math.floor(asNumber(one) / block) === Math.floor(asNumber(other) / block)
        expect(contains(network, other)).toBe(same)
      }),
    )
  })

  it.each(['dhcp', 'DHCP', 'auto'])('%s is refused by name', text => {
    expect(parseCidr(text)).toMatchObject({ flaw: expect.stringContaining('one that changes') })
  })

  it.each([
    ['255.255.255.255', 32, 'broadcast'],
    ['192.168.0.0', 24, 'network itself'],
    ['192.168.0.255', 24, 'broadcast'],
    ['10.0.0.3', 30, 'broadcast'],
  ])('%s/%i is no host: %s', (address, bits, why) => {
    expect(hostFlaw({ address, prefix: bits })).toContain(why)
  })

  it.each([
    ['192.168.0.1', 24],
    ['10.0.0.0', 31],
    ['10.0.0.1', 32],
  ])('%s/%i is a host', (address, bits) => {
    expect(hostFlaw({ address, prefix: bits })).toBeUndefined()
  })
})

describe('paths', () => {
  it.each([
    ['/srv/nfsha', '/srv/nfsha'],
    ['/srv/nfsha/', '/srv/nfsha'],
    ['/srv/my data', '/srv/my data'],
    ['/srv/größe', '/srv/größe'],
    ['/', '/'],
  ])('%s is fine', (text, value) => {
    expect(parsePath(text)).toEqual({ value })
  })

  it.each([
    'srv',
    '',
    '/srv//x',
    '/srv/../etc',
    '/srv/.',
    '/a"b',
    "/a'b",
    '/a\\b',
    '/a,b',
    '/a(b',
    '/a\nb',
    '/a$b',
    '/a%n',
  ])('%j is refused', text => {
    expect(parsePath(text)).toHaveProperty('flaw')
  })

  it('are within themselves and their parents, not within siblings', () => {
    expect(isWithin('/srv/a', '/srv/a')).toBe(true)
    expect(isWithin('/srv/a/b', '/srv/a')).toBe(true)
    expect(isWithin('/srv/ab', '/srv/a')).toBe(false)
  })
})

describe('multicast groups', () => {
  it.each(['239.0.0.43', '225.0.0.1', '224.0.1.1'])('%s', text => {
    expect(parseMulticast(text)).toEqual({ value: text })
  })

  it.each([
    ['10.0.0.9', 'is not a multicast address'],
    ['240.0.0.1', 'is not a multicast address'],
    ['224.0.0.18', 'belongs to routing protocols'],
  ])('not %s: it %s', (text, why) => {
    expect(parseMulticast(text)).toMatchObject({ flaw: expect.stringContaining(why) })
  })
})
