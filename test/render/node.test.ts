import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { plainTemplates, shown } from './tree.ts'

const example = exampleCluster()

/** A file's lines without comments and empty ones. */
function lines(template: string, cluster: Cluster, node = cluster.nodes[0]): readonly string[] {
  return shown(template, cluster, node)
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
}

describe('every file', () => {
  it.each(plainTemplates)('%s says who manages it, for which cluster, from which template', template => {
    const head = shown(template, example).split('\n').slice(0, 2).join('\n')
    expect(head).toContain(`# Managed by nfsha: cluster m1-m2, template ${template}.`)
  })

  it.each(plainTemplates)('%s has the same bytes each time, and ends with a line end', template => {
    expect(shown(template, example)).toBe(shown(template, example))
    expect(shown(template, example)).toMatch(/[^\n]\n$/)
  })
})

describe('hosts', () => {
  it('has an address and its names a line', () => {
    const hostsEntries = [{ address: '10.0.0.1', names: ['a.example', 'a'] }]
    expect(lines('etc/hosts', exampleCluster({ hostsEntries }))).toEqual(['10.0.0.1\ta.example a'])
  })

  it('names the VIP by itself first, for sm-notify, where clients of NFS 3 are notified', () => {
    const [vip] = example.vips
    const hostsEntries = [{ address: vip?.address ?? '', names: ['nfs.example'] }]
    const shownWith = (nfs: Partial<Cluster['nfs']>) =>
      lines('etc/hosts', exampleCluster({ hostsEntries, nfs: { ...example.nfs, ...nfs } }))
    const named = `${vip?.address}\tnfs.example`
    expect(shownWith({ v3: true })).toEqual([`${vip?.address}\t${vip?.address}`, named])
    expect(shownWith({ v3: true, lockRecovery: false })).toEqual([named])
    expect(shownWith({ v3: false })).toEqual([named])
  })
})

describe('the unit of the routes', () => {
  it("replaces each of the node's own routes", () => {
    const [first, second] = example.nodes
    const hostRoutes = {
      [first.name]: [
        { destination: '10.0.0.2', nic: 'em2', source: '10.0.0.1' },
        { destination: '10.1.0.2/32', nic: 'em3', source: '10.1.0.1' },
      ],
      [second.name]: [],
    }
    const cluster = exampleCluster({ hostRoutes })
    const commands = (node = first) =>
      lines('etc/systemd/system/nfsha-routes.service', cluster, node).filter(line =>
        line.startsWith('ExecStart'),
      )
    expect(commands()).toEqual([
      'ExecStart=/sbin/ip route replace 10.0.0.2/32 dev em2 src 10.0.0.1 scope link',
      'ExecStart=/sbin/ip route replace 10.1.0.2/32 dev em3 src 10.1.0.1 scope link',
    ])
    expect(commands(second)).toEqual([])
  })
})

describe('modules', () => {
  it.each<[Partial<Cluster>, readonly string[]]>([
    [{}, ['drbd', 'nfsd', 'loop']],
    [{ heartbeat: { ...example.heartbeat, watchdog: 'softdog' } }, ['drbd', 'nfsd', 'loop', 'softdog']],
    [{ heartbeat: { ...example.heartbeat, watchdog: 'device' } }, ['drbd', 'nfsd', 'loop']],
    [{ platform: { ...example.platform, drbdDialect: '9' } }, ['drbd', 'drbd_transport_tcp', 'nfsd', 'loop']],
  ])('case %#', (overrides, expected) => {
    expect(lines('etc/modules-load.d/nfsha.conf', exampleCluster(overrides))).toEqual(expected)
  })
})

describe('time', () => {
  const of = (template: string, servers: readonly string[]) =>
    lines(template, exampleCluster({ timeSync: { kind: 'chrony', servers } }))

  it.each([
    ['etc/chrony/conf.d/nfsha.conf', ['server a iburst', 'server 10.0.0.1 iburst']],
    ['etc/systemd/timesyncd.conf.d/nfsha.conf', ['[Time]', 'NTP=a 10.0.0.1']],
  ])('%s names the servers', (template, expected) => {
    expect(of(template, ['a', '10.0.0.1'])).toEqual(expected)
  })

  it('names none where the inventory has none', () => {
    expect(of('etc/chrony/conf.d/nfsha.conf', [])).toEqual([])
    expect(of('etc/systemd/timesyncd.conf.d/nfsha.conf', [])).toEqual(['[Time]'])
  })
})
