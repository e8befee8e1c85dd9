import { describe, expect, it } from 'vitest'
import type { Vip } from '../../src/core/cluster.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import { runProbe } from './run-probe.ts'

function vip(address: string): Vip {
  return { address, prefix: 24, network: '192.168.0.0', link: 'em1' }
}

describe('vipsHeld', () => {
  const probe = vipsHeld([vip('192.168.0.219'), vip('192.168.0.220')])

  it('finds the VIPs among the addresses, in the cluster’s order', () => {
    const stdout = 'lo 127.0.0.1/8\nem1 192.168.0.210/24\nem1 192.168.0.220/24\nem1 192.168.0.219/24\n'
    expect(probe.parse({ stdout, exitCode: 0 })).toEqual({
      state: 'present',
      value: [
        { address: '192.168.0.219', nic: 'em1' },
        { address: '192.168.0.220', nic: 'em1' },
      ],
    })
  })

  it('does not take an address for another that begins alike', () => {
    const stdout = 'em1 192.168.0.21/24\nem1 192.168.0.2/24\n'
    expect(probe.parse({ stdout, exitCode: 0 })).toEqual({ state: 'present', value: [] })
  })

  it('reads this machine', () => {
    expect(runProbe(vipsHeld([vip('127.0.0.1')]))).toEqual({
      state: 'present',
      value: [{ address: '127.0.0.1', nic: 'lo' }],
    })
  })
})
