import { describe, expect, it } from 'vitest'
import { type Fact, present } from '../../src/core/fact.ts'
import type { Probe } from '../../src/core/probe.ts'
import { installed } from '../../src/facts/package.ts'
import { chronySources, timesyncdServers } from '../../src/facts/time.ts'
import { unit } from '../../src/facts/unit.ts'
import { wantedPackages } from '../../src/steps/_install.ts'
import timeSync from '../../src/steps/time-sync.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { running } from '../fixtures/os-facts.ts'
import { known } from './ha-fixture.ts'
import { commands, diffOn } from './os-harness.ts'

describe('time-sync', () => {
  it('installs, configures and starts chrony on a blank node', () => {
    expect(commands(diffOn(timeSync, 'blank'))).toEqual([
      'mkdir -p -m 0755 /etc/chrony/conf.d',
      'put /etc/chrony/conf.d/nfsha.conf',
      'install chrony',
      'systemctl --no-ask-password restart chrony.service',
    ])
  })

  const stopped = present({
    load: 'loaded',
    enabled: 'disabled',
    active: 'inactive',
    needsReload: false,
    dropIns: [],
  })
  const stale: readonly (readonly [string, Probe<unknown>, Fact<unknown>, readonly string[]])[] = [
    [
      'was switched off',
      unit('chrony.service'),
      stopped,
      [
        'systemctl --no-ask-password enable chrony.service',
        'systemctl --no-ask-password restart chrony.service',
      ],
    ],
    [
      'runs without our servers',
      chronySources,
      present(['2.debian.pool.ntp.org']),
      ['systemctl --no-ask-password restart chrony.service'],
    ],
  ]
  it.each(stale)('mends a daemon that %s', (_, probe, fact, expected) => {
    expect(commands(diffOn(timeSync, 'deployed', [known(probe, fact)]))).toEqual(expected)
  })

  it('leaves time alone when told so', () => {
    const cluster = exampleCluster({ timeSync: { kind: 'unmanaged', servers: [] } })
    expect(diffOn(timeSync, 'blank', [], cluster)).toEqual({ kind: 'in-sync' })
  })

  it('sets up systemd-timesyncd when asked to', () => {
    const cluster = exampleCluster({ timeSync: { kind: 'systemd-timesyncd', servers: ['192.168.0.1'] } })
    const changed = [
      known(unit('systemd-timesyncd.service'), running),
      known(timesyncdServers, present(['192.168.0.9'])),
      known(wantedPackages(cluster), present({ 'systemd-timesyncd': installed })),
    ]
    expect(commands(diffOn(timeSync, 'blank', changed, cluster))).toEqual([
      'mkdir -p -m 0755 /etc/systemd/timesyncd.conf.d',
      'put /etc/systemd/timesyncd.conf.d/nfsha.conf',
      'systemctl --no-ask-password restart systemd-timesyncd.service',
    ])
  })
})
