import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { metricsText } from '../../src/report/metrics.ts'
import type { ClusterStatus, NodeStatus } from '../../src/status/status.ts'
import { healthy } from './sample-status.ts'

const read = { atMs: 1_700_000_000_000, tookMs: 1500 }
const [m1] = healthy.nodes
if (m1 === undefined) throw new Error('the sample has a node')

/** A status in which everything that has a metric is known. */
const whole: ClusterStatus = {
  ...healthy,
  failover: { node: 'm1', agoMs: 60_000, kind: 'planned' },
  lastRun: { id: 'r', playbook: 'deploy', by: 'ada@desk', startedAt: '', result: 'failed' },
  clients: [{ name: 'c1', answered: true, vips: [{ address: '192.168.0.219', answers: 'yes' }] }],
  nodes: healthy.nodes.map(node => ({
    ...node,
    volumes: node.volumes.map(volume => ({
      ...volume,
      outOfSyncKib: 4,
      suspended: false,
      health: { size: 1000, available: 900, inodes: 10, inodesFree: 9, errors: 2, isReadOnly: false },
      verified: { at: '2026-01-02T03:04:05Z', outOfSyncKib: 0 },
      sync: { percent: 25, outOfSyncKib: 4 },
      devices: [
        { device: 'drbd0', writeMs: 275, requestMs: 270 },
        { device: 'vdb', requestMs: 250, slow: '250 ms of work for each request' },
      ],
    })),
  })),
}

const namesIn = (text: string) => new Set(text.match(/\bnfsha_[a-z_]+/g))

describe('metrics', () => {
  test.each([
    ['nfsha_verdict{cluster="lab",verdict="healthy"} 1'],
    ['nfsha_verdict{cluster="lab",verdict="down"} 0'],
    ['nfsha_active{cluster="lab",node="m2"} 0'],
    ['nfsha_drbd_out_of_sync_bytes{cluster="lab",node="m1",volume="data"} 4096'],
    ['nfsha_drbd_sync_ratio{cluster="lab",node="m1",volume="data"} 0.25'],
    ['nfsha_volume_errors{cluster="lab",node="m1",volume="data"} 2'],
    ['nfsha_volume_available_bytes{cluster="lab",node="m1",volume="data"} 900'],
    ['nfsha_heartbeat_link_up{cluster="lab",node="m1",to="m2",medium="em2"} 0'],
    ['nfsha_device_write_seconds{cluster="lab",node="m1",volume="data",device="drbd0"} 0.275'],
    ['nfsha_device_slow{cluster="lab",node="m1",volume="data",device="drbd0"} 0'],
    ['nfsha_device_slow{cluster="lab",node="m1",volume="data",device="vdb"} 1'],
    ['nfsha_monitor_running{cluster="lab",node="m1"} 1'],
    ['nfsha_clock_synchronised{cluster="lab",node="m1"} 1'],
    ['nfsha_clock_ahead_seconds{cluster="lab",node="m1"} 0.2'],
    ['nfsha_system_taken_ratio{cluster="lab",node="m1",path="/"} 0.5'],
    ['nfsha_system_inodes_taken_ratio{cluster="lab",node="m1",path="/"} 0.25'],
    ['nfsha_monitor_age_seconds{cluster="lab",node="m1"} 2'],
    ['nfsha_nfs_clients_recorded{cluster="lab",node="m1"} 1'],
    ['nfsha_monitor_failing{cluster="lab",node="m1"} 0'],
    ['nfsha_vip_held{cluster="lab",node="m1",address="192.168.0.219"} 1'],
    ['nfsha_takeover_age_seconds{cluster="lab",node="m1",kind="planned"} 60'],
    ['nfsha_last_run_ok{cluster="lab",playbook="deploy"} 0'],
    ['nfsha_read_timestamp_seconds{cluster="lab"} 1700000000'],
  ])('have %s', async line => {
    expect(await metricsText(whole, read)).toContain(`\n${line}\n`)
  })

  test('leave out what is not known, and all of a node that does not answer but that it does not', async () => {
    const silent: NodeStatus = { ...m1, name: 'm2', answered: false }
    const nodes = [{ ...m1, nfs: { state: 'unknown' } as const }, silent]
    const text = await metricsText({ ...healthy, nodes }, read)
    expect(text).not.toContain('nfsha_nfs_threads{')
    expect(text).toContain('nfsha_node_answers{cluster="lab",node="m2"} 0')
    expect(text.match(/node="m2"/g)).toHaveLength(2)
  })

  test('pass promtool', async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await metricsText(whole, read),
      encoding: 'utf8',
    })
    expect(`${stdout}${stderr}`).toBe('')
    expect(status).toBe(0)
  })
})

/** What the monitor on the nodes publishes for the textfile collector. */
const monitorsOwn = namesIn(
  readFileSync('templates/_parts/monitor/publish.hbs', 'utf8').replaceAll(/\{[^}]*\}/g, ''),
)

describe('what ships for the metrics', () => {
  test.each(['alerts.yml', 'grafana.json'])('%s asks for no metric that there is not', async file => {
    const there = new Set([...namesIn(await metricsText(whole, read)), ...monitorsOwn])
    const asked = [...namesIn(readFileSync(`dashboards/${file}`, 'utf8'))]
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.filter(name => !there.has(name))).toEqual([])
  })

  test.each([
    ['the alert rules', ['check', 'rules', 'dashboards/alerts.yml']],
    ['when they fire', ['test', 'rules', 'dashboards/alerts.test.yml']],
  ])('%s pass promtool', (_case, words) => {
    const { status, stdout, stderr } = spawnSync('promtool', words, { encoding: 'utf8' })
    expect(`${status} ${stdout}${stderr}`).toMatch(/^0 .*SUCCESS/s)
  })
})
