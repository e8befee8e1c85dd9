import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Probe } from '../../src/core/probe.ts'
import { interfaces } from '../../src/facts/interface.ts'
import { listeners } from '../../src/facts/listener.ts'
import { networkTools } from '../../src/facts/network-tool.ts'
import { packages } from '../../src/facts/package.ts'
import { routeTo } from '../../src/facts/route.ts'
import { otherManagers } from '../../src/facts/security.ts'
import { chronySources } from '../../src/facts/time.ts'
import { unit } from '../../src/facts/unit.ts'
import { volumeHealth } from '../../src/facts/volume-health.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { answer } from './answer.ts'

/** What a Debian 12 node of the lab printed, while it belonged to a live pair. */
function captured(name: string): string {
  return readFileSync(new URL(`captured/${name}.txt`, import.meta.url), 'utf8')
}

const [exampleVolume] = exampleCluster().volumes
if (exampleVolume === undefined) throw new TypeError('the example has a volume')

const unitOff = { load: 'loaded', enabled: 'disabled', active: 'inactive', needsReload: false }

const cases: readonly (readonly [string, Probe<unknown>, string, unknown])[] = [
  [
    'a unit with a drop-in of ours and one of a generator',
    unit('nfs-server.service'),
    captured('unit-nfs-server'),
    { ...unitOff, dropIns: ['/etc/systemd/system/nfs-server.service.d/nfsha.conf'] },
  ],
  [
    'a static unit',
    unit('nfsdcld.service'),
    captured('unit-nfsdcld'),
    { ...unitOff, active: 'active', dropIns: ['/etc/systemd/system/nfsdcld.service.d/nfsha.conf'] },
  ],
  [
    'room and health of a mounted volume',
    volumeHealth(exampleVolume),
    'options rw,noatime\nroom 1024 480798 450438 131072 131040\nerrors 2\n',
    {
      size: 1024 * 480_798,
      available: 1024 * 450_438,
      inodes: 131_072,
      inodesFree: 131_040,
      errors: 2,
      isReadOnly: false,
    },
  ],
  [
    'an xfs that was mounted to be read',
    volumeHealth(exampleVolume),
    'options ro,noatime\nroom 4096 100 50 0 0\n',
    { size: 409_600, available: 204_800, inodes: 0, inodesFree: 0, isReadOnly: true },
  ],
  [
    'what manages the links',
    networkTools,
    'em1 systemd-networkd - /etc/systemd/network/em1.network\nem2 systemd-networkd static /etc/systemd/network/em2.network\nem3 ifupdown\nmgmt none\n',
    {
      em1: { tool: 'systemd-networkd', file: '/etc/systemd/network/em1.network' },
      em2: { tool: 'systemd-networkd', keeps: 'static', file: '/etc/systemd/network/em2.network' },
      em3: { tool: 'ifupdown' },
      mgmt: { tool: 'none' },
    },
  ],
  ["chronyd's servers", chronySources, captured('chronyc-sources'), ['192.168.0.1']],
  [
    'a host route',
    routeTo('10.10.1.2'),
    captured('ip-route'),
    { nic: 'em2', source: '10.10.1.1', hasHostRoute: true },
  ],
  [
    'packages, one unknown to dpkg',
    packages(['drbd-utils', 'heartbeat', 'nosuch', 'xfsprogs']),
    `${captured('dpkg-query')}---\n${captured('apt-policy')}`,
    {
      'drbd-utils': { status: 'installed' },
      heartbeat: { status: 'installed' },
      nosuch: { status: 'not-installed', hasCandidate: false },
      xfsprogs: { status: 'not-installed', hasCandidate: true },
    },
  ],
  ['no other cluster manager', otherManagers, captured('other-managers'), []],
]

describe('what a node printed is understood:', () => {
  it.each(cases)('%s', (_, probe, stdout, value) => {
    expect(answer(probe, stdout)).toEqual({ state: 'present', value })
  })

  it('a unit that there is not', () => {
    expect(answer(unit('nosuch.service'), captured('unit-none'))).toEqual({ state: 'absent' })
  })

  it('units that are asked about at once', () => {
    const names = ['nfs-server.service', 'nfsdcld.service', 'nosuch.service']
    const blocks = ['unit-nfs-server', 'unit-nfsdcld', 'unit-none'].map(
      name => `${captured(name).trimEnd()}\n`,
    )
    const how = unit('nfs-server.service').joint?.how
    expect(how?.split(blocks.join('\n'), names)).toEqual(blocks.map(stdout => ({ stdout, exitCode: 0 })))
    expect(() => how?.split(blocks.slice(1).join('\n'), names)).toThrow('did not tell of each unit')
  })

  it('its interfaces', () => {
    expect(answer(interfaces, captured('ip-addr'))).toMatchObject({
      value: {
        lo: { addresses: ['127.0.0.1/8'] },
        em2: { hasCarrier: true, mtu: 1500, addresses: expect.arrayContaining(['10.10.1.1/24']) },
      },
    })
  })

  it("its sockets: heartbeat's by name, the kernel's without one", () => {
    const fact = answer(listeners, captured('ss'))
    expect(fact).toMatchObject({
      value: expect.arrayContaining([
        { protocol: 'udp', port: 694, program: 'heartbeat' },
        { protocol: 'tcp', port: 2049, program: '' },
        { protocol: 'tcp', port: 22, program: 'sshd' },
      ]),
    })
  })
})
