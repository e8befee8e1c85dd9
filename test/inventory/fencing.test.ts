import { describe, expect, it } from 'vitest'
import { NfshaError } from '../../src/core/error.ts'
import { reveal, Secret } from '../../src/core/secret.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { loadText } from '../fixtures/cluster.ts'
import { base, basePlus } from './base.ts'

const ipmi = (params: string) => `fencing:
  mode: stonith
  devices:
    a: { plugin: external/ipmi, params: { hostname: a, ${params} } }
    b: [{ plugin: meatware, params: { hostlist: b } }, { plugin: apcmaster, params: { port: 3 }, timeout: 20s }]`

async function problem(text: string, env: Readonly<Record<string, string>> = {}): Promise<NfshaError> {
  const stdin = { readText: () => Promise.resolve(text.replace('file:c1.secrets', '{ authkey: "env:KEY" }')) }
  const loading = loadInventory('-', { env: { KEY: 'k', ...env }, cwd: '/', stdin })
  const error: unknown = await loading.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof NfshaError) return error
  throw new Error('it loads', { cause: error })
}

describe('fencing', () => {
  it('is none by default, with what a mode would need', async () => {
    const { fencing, drbd } = (await loadText(base)).cluster
    expect(fencing).toEqual({
      mode: 'none',
      witness: { pings: ['192.168.0.254'], tcp: [], tries: 3 },
      devices: {},
      outdate: true,
      isolatedRebootMs: 60_000,
      takeover: 'automatic',
      takeoverDelayMs: 300_000,
    })
    expect(drbd.fencing).toBe('dont-care')
  })

  it.each([
    ['mode: witness', 'resource-and-stonith'],
    ['mode: stonith', 'resource-and-stonith'],
    ['mode: none', 'dont-care'],
  ])('with %s lets DRBD use %s', async (mode, policy) => {
    expect((await loadText(basePlus(`fencing: { ${mode} }`))).cluster.drbd.fencing).toBe(policy)
  })

  it("leaves DRBD's policy as it is written", async () => {
    const { drbd } = (await loadText(basePlus('drbd: { fencing: resource-only }'))).cluster
    expect(drbd.fencing).toBe('resource-only')
  })

  it('reads witnesses of its own, and no reboot', async () => {
    const { fencing } = (
      await loadText(
        basePlus(
          'fencing: { mode: witness, isolated-reboot: off, witness: { ping: [10.0.0.8, 10.0.0.9], tcp: 10.0.0.7:53, tries: 5 } }',
        ),
      )
    ).cluster
    expect(fencing.witness).toEqual({
      pings: ['10.0.0.8', '10.0.0.9'],
      tcp: [{ address: '10.0.0.7', port: 53 }],
      tries: 5,
    })
    expect(fencing.isolatedRebootMs).toBeUndefined()
  })

  it('has devices in order, their secrets as secrets, and the packages that they need', async () => {
    const { cluster } = await loadText(basePlus(ipmi("passwd: 'env:IPMI'")))
    const [device] = cluster.fencing.devices.a ?? []
    expect(
      device?.params.map(({ name, value }) => [name, value instanceof Secret ? value.name : value]),
    ).toEqual([
      ['hostname', 'a'],
      ['passwd', 'fencing.a.1.passwd'],
    ])
    expect(cluster.fencing.devices.b).toEqual([
      { plugin: 'meatware', params: [{ name: 'hostlist', value: 'b' }], timeoutMs: 60_000 },
      { plugin: 'apcmaster', params: [{ name: 'port', value: '3' }], timeoutMs: 20_000 },
    ])
    expect(cluster.packages).toContain('ipmitool')
  })

  it('fetches the secrets of devices', async () => {
    const text = basePlus(ipmi("passwd: 'env:IPMI'")).replace('file:c1.secrets', '{ authkey: "env:KEY" }')
    const stdin = { readText: () => Promise.resolve(text) }
    const { cluster } = await loadInventory('-', { env: { KEY: 'k', IPMI: 'pw' }, cwd: '/', stdin })
    const value = cluster.fencing.devices.a?.[0]?.params[1]?.value
    expect(value instanceof Secret && reveal(value)).toBe('pw')
    expect(cluster.secrets.all).toContain(value)
  })

  it.each([
    [
      'a password in the inventory',
      ipmi('passwd: secret1'),
      {},
      /parameter passwd of a STONITH device stands in/,
    ],
    ['white space in a parameter', ipmi("ipaddr: 'a b'"), {}, /one word/],
    ['a variable that is not set', ipmi("passwd: 'env:IPMI'"), {}, /IPMI is not set/],
    [
      'white space in a secret',
      ipmi("passwd: 'env:IPMI'"),
      { IPMI: 'a b' },
      /fencing.a.1.passwd has white space/,
    ],
    ['a device for nobody', 'fencing: { devices: { c: { plugin: null, params: {} } } }', {}, /plugin/],
    [
      'a device for a stranger',
      'fencing: { devices: { c: { plugin: meatware, params: {} } } }',
      {},
      /"c" is no node/,
    ],
    ['a witness without a port', 'fencing: { witness: { tcp: 10.0.0.7 } }', {}, /not an address and a port/],
    ['a witness at port 0', "fencing: { witness: { tcp: '10.0.0.7:0' } }", {}, /not an address and a port/],
  ])('refuses %s', async (_, lines, env, message) => {
    expect((await problem(basePlus(lines), env)).message).toMatch(message)
  })
})
