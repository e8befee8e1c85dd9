import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { labSpec } from '../../src/lab/spec.ts'
import { exampleCluster, inventoryPath, loadExample, loadText } from '../fixtures/cluster.ts'
import { exampleSpec, machineAt, settings } from './fixture.ts'

describe('the lab of inventories/lab.yml', async () => {
  const { cluster, inventory } = await loadExample('lab')
  const spec = labSpec(cluster, inventory.lab ?? settings)

  it('has both nodes and the client, on the inventory’s ports', () => {
    expect(
      spec.machines.map(({ name, role, sshPort, memoryMiB, disksMiB }) => ({
        name,
        role,
        sshPort,
        memoryMiB,
        disksMiB,
      })),
    ).toEqual([
      { name: 'm1', role: 'node', sshPort: 22101, memoryMiB: 640, disksMiB: [512, 320] },
      { name: 'm2', role: 'node', sshPort: 22102, memoryMiB: 640, disksMiB: [512, 320] },
      { name: 'c1', role: 'client', sshPort: 22103, memoryMiB: 384, disksMiB: [] },
    ])
  })

  it('names NICs and addresses as the inventory does', () => {
    expect(machineAt(spec, 1).nics).toEqual([
      { link: 'em1', nic: 'em1', mac: '52:54:00:4e:01:01', mtu: 1500, addresses: ['192.168.0.211/24'] },
      { link: 'em2', nic: 'em2', mac: '52:54:00:4e:01:02', mtu: 1500, addresses: ['172.16.0.211/24'] },
      { link: 'em3', nic: 'em3', mac: '52:54:00:4e:01:03', mtu: 1500, addresses: ['172.16.100.211/24'] },
    ])
  })

  it('gives the client the ping node’s address, and one of its own', () => {
    expect(machineAt(spec, 2).nics.map(({ addresses }) => addresses)).toEqual([
      ['192.168.0.1/24', '192.168.0.254/24'],
    ])
  })

  it('puts everybody on the service link’s switch, and cables between the nodes', () => {
    expect(spec.wires).toEqual([
      { link: 'em1', kind: 'switch', members: ['m1', 'm2', 'c1'] },
      { link: 'em2', kind: 'cable', members: ['m1', 'm2'] },
      { link: 'em3', kind: 'cable', members: ['m1', 'm2'] },
    ])
  })
})

describe('labSpec', () => {
  it('makes a client where the inventory lists none', () => {
    const spec = labSpec({ ...exampleCluster(), clients: [] }, { ...settings, client: 'guest' })
    expect(spec.machines.map(({ name }) => name)).toContain('guest')
  })

  it('counts ports from the base for hosts that are not reached through loopback', () => {
    expect(
      exampleSpec({ portBase: 23_000 })
        .machines.map(({ sshPort }) => sshPort)
        .slice(0, 2),
    ).toEqual([23_000, 23_001])
  })

  it('prefers a port that is given by name', () => {
    const [first] = exampleCluster().nodes
    expect(machineAt(exampleSpec({ ports: { [first.name]: 4022 } }), 0).sshPort).toBe(4022)
  })

  it('makes MACs unique within the lab', () => {
    const macs = exampleSpec().machines.flatMap(({ nics }) => nics.map(({ mac }) => mac))
    expect(new Set(macs).size).toBe(macs.length)
  })

  it('never gives a client a node’s address or a VIP, even where a ping node names one', () => {
    const cluster = exampleCluster()
    const [first] = cluster.nodes
    const taken = Object.values(first.links).map(({ address }) => address)
    const heartbeat = {
      ...cluster.heartbeat,
      pingGroups: [taken, cluster.vips.map(({ address }) => address)],
    }
    const spec = labSpec({ ...cluster, heartbeat }, settings)
    const clients = spec.machines.filter(({ role }) => role === 'client')
    const given = clients.flatMap(({ nics }) => nics.flatMap(({ addresses }) => addresses))
    expect(given.map(address => address.replace(/\/.*/, ''))).not.toContain(taken[0])
    expect(given.length).toBeGreaterThan(0)
  })

  it('takes different NIC names on the nodes', async () => {
    const { cluster } = await loadExample('lab')
    const [first, second] = cluster.nodes
    const links = Object.fromEntries(
      Object.entries(second.links).map(([name, link]) => [name, { ...link, nic: `en-${name}` }]),
    )
    const spec = labSpec({ ...cluster, nodes: [first, { ...second, links }] }, settings)
    expect(machineAt(spec, 1).nics.map(({ nic }) => nic)).toEqual(['en-em1', 'en-em2', 'en-em3'])
  })

  it('has the schema’s defaults', async () => {
    const text = await readFile(inventoryPath('m1-m2'), 'utf8')
    const { inventory } = await loadText(`${text}\nlab: {}\n`)
    expect(inventory.lab).toEqual(settings)
  })
})
