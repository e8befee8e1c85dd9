import { describe, expect, test } from 'vitest'
import { plain } from '../../src/report/paint.ts'
import { statusText } from '../../src/report/status-text.ts'
import type { ClusterStatus, NodeStatus, VolumeStatus } from '../../src/status/status.ts'

const volume: VolumeStatus = {
  name: 'data',
  device: '/dev/drbd0',
  role: 'Primary',
  connection: 'Connected',
  disk: 'UpToDate',
  peerDisk: 'UpToDate',
  mounted: true,
}

const m1: NodeStatus = {
  name: 'm1',
  answered: true,
  holding: 'all',
  heartbeat: {
    state: 'running',
    peer: 'active',
    links: [
      { to: 'm2', medium: 'em1', up: true },
      { to: 'm2', medium: 'em2', up: false },
      { to: '192.168.0.1', medium: '192.168.0.1', up: true },
    ],
  },
  volumes: [volume],
  nfs: { state: 'serving', threads: 8 },
  vips: [{ address: '192.168.0.219', nic: 'em1' }],
}

const m2: NodeStatus = {
  ...m1,
  name: 'm2',
  holding: 'none',
  volumes: [{ ...volume, role: 'Secondary', mounted: false }],
  nfs: { state: 'stopped' },
  vips: [{ address: '192.168.0.219' }],
}

const healthy: ClusterStatus = {
  cluster: 'lab',
  verdict: 'healthy',
  reason: 'm1 serves',
  active: 'm1',
  why: ['data is Primary there'],
  concerns: [],
  notes: [],
  nodes: [m1, m2],
  clients: [],
}

describe('statusText', () => {
  test('is one screen with both nodes side by side', () => {
    expect(statusText(healthy, plain)).toBe(`lab: healthy: m1 serves

Active
  m1, because:
    data is Primary there

                   m1 (active)                      m2
answers            yes                              yes
heartbeat          running, sees the other active   running, sees the other active
media              em1, em2 DOWN, ping 192.168.0.1  em1, em2 DOWN, ping 192.168.0.1
drbd data          Primary, Connected               Secondary, Connected
disk data          UpToDate                         UpToDate
mount data         yes                              no
nfs                8 threads                        stopped
vip 192.168.0.219  em1                              no`)
  })

  test('works with a node down: what it did not say is a question mark', () => {
    const text = statusText(
      { ...healthy, verdict: 'degraded', nodes: [m1, { ...m2, answered: false, problem: 'timeout' }] },
      plain,
    )
    expect(text).toMatch(/answers +yes +no/)
    expect(text).toMatch(/heartbeat +running.* +\?/)
  })

  test('says what is wrong, and what comes next', () => {
    const text = statusText(
      {
        ...healthy,
        verdict: 'degraded',
        concerns: [{ host: 'm2', text: 'a disk is behind', next: 'wait' }, { text: 'one medium is down' }],
        notes: ['never verified'],
        next: 'nfsha deploy',
        clients: [
          {
            name: 'c1',
            answered: true,
            vips: [{ address: '192.168.0.219', answers: 'no', text: 'timed out' }],
          },
          { name: 'c2', answered: false, problem: 'no route', vips: [] },
        ],
      },
      plain,
    )
    expect(text).toContain('Concerns\n  ! m2: a disk is behind\n    fix: wait\n  ! one medium is down')
    expect(text).toContain(
      'Clients\n  c1: 192.168.0.219 does not answer (timed out)\n  c2: no answer: no route',
    )
    expect(text).toContain('Notes\n  never verified')
    expect(text).toMatch(/\nnext: nfsha deploy$/)
  })

  test('shows a sync with its speed and what is left', () => {
    const syncing = {
      ...volume,
      disk: 'Inconsistent',
      sync: { percent: 41.2, outOfSyncKib: 9, kibPerSecond: 3277, finish: '0:02:10' },
    }
    const text = statusText({ ...healthy, nodes: [m1, { ...m2, volumes: [syncing] }] }, plain)
    expect(text).toContain('Inconsistent, 41.2 %, 3.2 MiB/s, 0:02:10 left')
  })

  test('shows a hold only where there is one', () => {
    expect(statusText(healthy, plain)).not.toContain('hold')
    expect(statusText({ ...healthy, nodes: [m1, { ...m2, held: 'ada: disk swap' }] }, plain)).toMatch(
      /hold +no +ada: disk swap/,
    )
  })
})
