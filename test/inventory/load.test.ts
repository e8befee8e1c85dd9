import { describe, expect, it } from 'vitest'
import { exampleCluster, loadExample } from '../fixtures/cluster.ts'

describe('our inventories', () => {
  it('resolve names, addresses and defaults', () => {
    const cluster = exampleCluster()
    expect(cluster.nodes.map(node => node.name)).toEqual(['M1.redhat.sx', 'M2.redhat.sx'])
    expect(cluster.vips).toEqual([
      { address: '192.168.0.219', prefix: 24, network: '192.168.0.0', link: 'em1' },
    ])
    expect(cluster.hostRoutes['M1.redhat.sx']).toEqual([
      { destination: '172.16.0.211', nic: 'em2', source: '172.16.0.210' },
      { destination: '172.16.100.211', nic: 'em3', source: '172.16.100.210' },
    ])
    expect(Object.isFrozen(cluster.heartbeat.media)).toBe(true)
  })

  it.each(['m1-m2', 'lab'])('%s breaks no rule', async name => {
    const { lint } = await loadExample(name)
    expect(lint.filter(finding => finding.severity !== 'note')).toEqual([])
  })
})
