import { describe, expect, it } from 'vitest'
import { addressesOf, canonicalClient, parseClient, parseFsid } from '../../src/inventory/text-exports.ts'

describe('clients of an export', () => {
  it.each([
    '192.168.0.0/24',
    '192.168.0.0/255.255.255.0',
    '192.168.0.7',
    '192.168.0.7/32',
    'web1',
    '*.example.net',
    'web[0-9]',
    '1st.example.net',
    '@trusted',
    '*',
    '0.0.0.0/0',
  ])('%s', text => {
    expect(parseClient(text)).toEqual({ value: text })
  })

  it.each([
    ['', 'is no client'],
    ['192.168.0', 'is not a network or an address'],
    ['192.168.0.0/33', 'is not a network or an address'],
    ['192.168.0.0/255.0.255.0', 'is not a network or an address'],
    ['1.2.3.4/24/1', 'is not a network or an address'],
    ['::1', 'is IPv6'],
    ['fe80::/64', 'is IPv6'],
    ['a b', 'is no client'],
    ['a(rw)', 'is no client'],
    ['a,b', 'is no client'],
    ['192.168.0.*', 'matches host names, and no address'],
    ['192.168.?.7', 'matches host names, and no address'],
    ['192.168.0.[0-9]', 'matches host names, and no address'],
    ['192.168.0.1[0-9]', 'matches host names, and no address'],
    ['gss/krb5p', 'before sec='],
    ['0.0.0.0', 'is an unspecified address, and no client has it'],
    ['127.0.0.1', 'is a loopback address, and no client has it'],
    ['224.0.0.1', 'is a multicast address, and no client has it'],
    ['255.255.255.255', 'is a broadcast address, and no client has it'],
  ])('not %j: it %s', (text, why) => {
    expect(parseClient(text)).toMatchObject({ flaw: expect.stringContaining(why), hint: expect.any(String) })
  })

  it.each([
    ['192.168.0.77/24', { address: '192.168.0.77', prefix: 24 }, '192.168.0.0/24'],
    ['192.168.0.0/255.255.252.0', { address: '192.168.0.0', prefix: 22 }, '192.168.0.0/22'],
    ['192.168.0.7', { address: '192.168.0.7', prefix: 32 }, '192.168.0.7/32'],
    ['0.0.0.0/0', { address: '0.0.0.0', prefix: 0 }, '0.0.0.0/0'],
    ['Web1', undefined, 'web1'],
    ['@trusted', undefined, '@trusted'],
  ])('%s has one spelling', (text, addresses, canonical) => {
    expect(addressesOf(text)).toEqual(addresses)
    expect(canonicalClient(text)).toBe(canonical)
  })
})

describe('an fsid', () => {
  it.each(['1', '10', '999999999', '5b7c1d0e-2a94-5c36-8d0f-1e6a7b3c9d24'])('%s', text => {
    expect(parseFsid(text)).toEqual({ value: text })
  })

  it.each([
    ['0', 'the root of NFSv4'],
    ['00', 'the root of NFSv4'],
    ['root', 'the root of NFSv4'],
    ['010', 'is no fsid'],
    ['-1', 'is no fsid'],
    ['4294967296', 'is no fsid'],
    ['5B7C1D0E-2A94-5C36-8D0F-1E6A7B3C9D24', 'is no fsid'],
  ])('is not %s: %s', (text, why) => {
    expect(parseFsid(text)).toMatchObject({ flaw: expect.stringContaining(why), hint: expect.any(String) })
  })
})
