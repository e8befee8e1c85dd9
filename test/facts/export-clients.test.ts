import { describe, expect, it } from 'vitest'
import { admits, surelyAdmits } from '../../src/facts/export-clients.ts'

const exportTo = (match: string) => ({
  path: '/srv/a',
  volume: 'data',
  owner: 'root',
  group: 'root',
  mode: '0755',
  fsid: '1',
  clients: [
    { match: '203.0.113.7', options: [] },
    { match, options: [] },
  ],
})

describe('surelyAdmits', () => {
  it.each([
    ['*', true],
    ['192.168.0.211', true],
    ['192.168.0.0/24', true],
    ['192.168.0.0/255.255.255.0', true],
    ['0.0.0.0/0', true],
    ['192.168.1.0/24', false],
    ['192.168.0.210', false],
    ['c1.example.net', false],
    ['@clients', false],
    ['10.0.0.0/255.0.255.0', false],
    ['192.168.0.0/33', false],
    ['192.168.0.0/x', false],
  ])('%s: %s', (match, admits) => {
    expect(surelyAdmits(exportTo(match), '192.168.0.211')).toBe(admits)
  })
})

describe('admits', () => {
  const names = { 'c1.example.net': ['192.0.2.1', '192.0.2.2'] }

  it.each([
    ['C1.example.net', '192.0.2.2', true],
    ['c1.example.net', '192.0.2.3', false],
    ['c2.example.net', '192.0.2.2', undefined],
    ['@clients', '192.0.2.2', undefined],
    ['*.example.net', '192.0.2.2', undefined],
    ['*', '2001:db8::1', true],
    ['192.0.2.0/24', '2001:db8::1', false],
  ])('%s %s: %s', (match, address, answer) => {
    expect(admits(match, address, names)).toBe(answer)
  })
})
