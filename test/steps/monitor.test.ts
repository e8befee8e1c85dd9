import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../src/core/cluster.ts'
import { absent, type Fact, present } from '../../src/core/fact.ts'
import { Secret } from '../../src/core/secret.ts'
import type { MonitorSettings } from '../../src/core/settings.ts'
import { hold } from '../../src/facts/hold.ts'
import { monitorLoaded, monitorUnit } from '../../src/facts/monitor.ts'
import { type UnitFact, unit } from '../../src/facts/unit.ts'
import { ownedFile } from '../../src/steps/_file-diff.ts'
import monitor from '../../src/steps/monitor.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { rootFile, running, type Said } from '../fixtures/os-facts.ts'
import { known } from './ha-fixture.ts'
import { changeOf, commands, diffOn, unread } from './os-harness.ts'

const example = exampleCluster()
const withSettings = (settings: Partial<MonitorSettings>): Cluster =>
  exampleCluster({ monitor: { ...example.monitor, ...settings } })
const off = withSettings({ enabled: false })
const webhook = ownedFile(example, '/etc/nfsha/webhook')

/** The monitor as it runs; `changed` replaces what is said of it. */
const watching = (changed: Said = []): Said => [
  known(unit(monitorUnit), running),
  known(monitorLoaded, present(true)),
  known(webhook, absent()),
  ...changed,
]
const unitIs = (more: Partial<UnitFact>): Fact<UnitFact> =>
  running.state === 'present' ? present({ ...running.value, ...more }) : running

const start = [
  'systemctl --no-ask-password daemon-reload',
  'systemctl --no-ask-password enable nfsha-monitor.service',
  'systemctl --no-ask-password restart nfsha-monitor.service',
]

describe('the monitor', () => {
  it('is written and started', () => {
    const nothing = [
      known(unit(monitorUnit), absent()),
      known(monitorLoaded, absent()),
      known(webhook, absent()),
    ]
    expect(commands(diffOn(monitor, 'blank', nothing))).toEqual([
      'put /usr/local/sbin/nfsha-monitor',
      'put /etc/systemd/system/nfsha-monitor.service',
      ...start,
    ])
  })

  it('is in sync when it runs as it is written', () => {
    expect(diffOn(monitor, 'deployed', watching())).toEqual({ kind: 'in-sync' })
  })

  it.each([
    ['stopped', known(unit(monitorUnit), unitIs({ active: 'inactive' }))],
    ['not started at boot', known(unit(monitorUnit), unitIs({ enabled: 'disabled' }))],
    ['of a unit that systemd has not read', known(unit(monitorUnit), unitIs({ needsReload: true }))],
    ['of a script that was replaced since', known(monitorLoaded, present(false))],
  ])('is restarted where it is %s', (_, said) => {
    expect(commands(diffOn(monitor, 'deployed', watching([said])))).toEqual(start)
  })

  it('goes where it is switched off, and the webhook with it', () => {
    const found = watching([
      known(webhook, present({ ...rootFile, mode: '0600', content: 'url', version: 'w' })),
    ])
    expect(commands(diffOn(monitor, 'deployed', found, off))).toEqual([
      'systemctl --no-ask-password disable --now nfsha-monitor.service',
      'rm -f /etc/systemd/system/nfsha-monitor.service /usr/local/sbin/nfsha-monitor /etc/nfsha/webhook',
      'systemctl --no-ask-password daemon-reload',
    ])
  })

  it('is in sync where it is switched off and not there', () => {
    const nothing = [known(unit(monitorUnit), absent()), known(webhook, absent())]
    expect(diffOn(monitor, 'deployed', nothing, off)).toEqual({ kind: 'in-sync' })
  })

  it('keeps an URL that is a key in a file of its own, and out of every text', () => {
    const notify = { webhook: new Secret('monitor.notify.webhook', 'https://example.org/key') }
    const diff = changeOf(diffOn(monitor, 'blank', watching(), withSettings({ notify })))
    expect(diff.actions).toContainEqual(expect.objectContaining({ path: '/etc/nfsha/webhook', mode: '0600' }))
    expect(JSON.stringify(diff.display)).not.toContain('example.org')
  })

  it('takes an URL away that is not wanted any more', () => {
    const found = watching([known(webhook, present({ ...rootFile, content: 'url', version: 'w' }))])
    expect(commands(diffOn(monitor, 'deployed', found))).toEqual(['rm -f /etc/nfsha/webhook', ...start])
  })

  it('is left alone on a held node', () => {
    const held = [known(hold, present({ text: 'maintenance' })), known(unit(monitorUnit), absent())]
    expect(diffOn(monitor, 'deployed', held).kind).toBe('in-sync')
  })

  it('is refused where its state cannot be read', () => {
    expect(diffOn(monitor, 'deployed', watching([known(unit(monitorUnit), unread)]))).toMatchObject({
      kind: 'refusal',
      id: 'unknown-unit',
    })
  })
})
