import { describe, expect, test } from 'vitest'
import { plain } from '../../src/report/paint.ts'
import { statusText } from '../../src/report/status-text.ts'
import { healthy, m1, m2, volume } from './sample-status.ts'

const roomy = { size: 2 ** 30, available: 0.75 * 2 ** 30, inodes: 100, inodesFree: 90, isReadOnly: false }

describe('statusText', () => {
  test('is one screen with both nodes side by side', () => {
    expect(statusText(healthy, plain)).toBe(`lab: healthy: m1 serves

Active
  m1, because:
    data is Primary there

                   m1 (active)                      m2
heartbeat          running, sees the other active   running, sees the other active
media              em1, em2 DOWN, ping 192.168.0.1  em1, em2 DOWN, ping 192.168.0.1
links              em1, em2 DOWN                    em1, em2 DOWN
drbd data          Primary, Connected               Secondary, Connected
disk data          UpToDate                         UpToDate
mount data         yes                              no
nfs                8 threads, 1 client              stopped
exports            1 of 1                           none
vip 192.168.0.219  em1                              no
own room           / 50 %                           / 50 %
clock              synchronised                     synchronised
monitor            well                             watching

NFS clients
  192.168.0.1 by NFS 4.2 (Linux NFSv4.2 c1): confirmed, 3 states`)
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

  test('shows what writes cost on each device, where that is measured', () => {
    const whole = {
      ...volume,
      devices: [
        { device: 'drbd0', writeMs: 270, requestMs: 270 },
        { device: 'vdb', writeMs: 4, requestMs: 3 },
      ],
    }
    const sick = {
      ...volume,
      devices: [{ device: 'vdc', writeMs: 255, requestMs: 250, slow: '250 ms of work' }],
    }
    const text = statusText(
      {
        ...healthy,
        nodes: [
          { ...m1, volumes: [whole] },
          { ...m2, volumes: [sick] },
        ],
      },
      plain,
    )
    expect(text).toMatch(/^writes data +drbd0 270 ms, vdb 4 ms +vdc 255 ms SLOW$/m)
    const idle = { ...volume, devices: [{ device: 'vdb', requestMs: 0 }] }
    expect(statusText({ ...healthy, nodes: [{ ...m1, volumes: [idle] }, m2] }, plain)).toMatch(
      /^writes data +vdb none +unknown$/m,
    )
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

  test('shows what is out of sync, held back, or reached by a way round', () => {
    const behind = { ...volume, outOfSyncKib: 2048, suspended: true }
    const round = { ...m2, volumes: [behind], detour: { through: 'm1', address: '10.0.2.2' } }
    const text = statusText({ ...healthy, nodes: [m1, round] }, plain)
    expect(text).toContain('UpToDate, 2.0 MiB out of sync, writes held back')
    expect(text).toMatch(/answers +yes +through m1/)
  })

  test.each([
    [
      { failover: { node: 'm1', agoMs: 185_000, kind: 'planned', tookMs: 2300 } },
      'm1 took over 3:05 min ago (planned; the group started in 2.3 s)',
    ],
    [
      {
        failover: {
          ...{ node: 'm1', agoMs: 60_000, kind: 'planned' as const, tookMs: 2200 },
          move: {
            ...{ gaveUpMs: 61_000, longest: { part: 'nfsd', tookMs: 58_000 }, waitedMs: 67_000 },
            predicted: [1, 10] as const,
          },
        },
      },
      'm1 took over 1:00 min ago (planned; the group started in 2.2 s; the other node gave it up in 1:01 min, 58 s of them for nfsd; clients waited about 1:07 min, more than the 1 to 10 s predicted)',
    ],
    [
      {
        failover: {
          ...{ node: 'm1', agoMs: 60_000, kind: 'planned' as const },
          move: { gaveUpMs: 300, waitedMs: 2000, predicted: [1, 10] as const },
        },
      },
      'm1 took over 1:00 min ago (planned; the other node gave it up in 0.3 s; clients waited about 2.0 s, with the 1 to 10 s predicted)',
    ],
    [
      { failover: { node: 'm1', agoMs: 60_000, kind: 'failover' } },
      'm1 took over 1:00 min ago (not planned)',
    ],
    [{ failover: { node: 'm1', agoMs: 60_000, kind: 'unknown' } }, 'm1 took over 1:00 min ago\n'],
    [
      { lastRun: { id: 'r1', playbook: 'deploy', by: 'ada@desk', startedAt: '', result: 'done' } },
      'last run: deploy by ada@desk, done (r1)',
    ],
    [
      { running: { id: 'r2', playbook: 'switchover', by: 'ada@desk', startedAt: '' } },
      'switchover by ada@desk goes on (run r2)',
    ],
    [{ drift: { change: 0, wait: 0, refusal: 0, steps: [] } }, 'no drift'],
    [
      { drift: { change: 1, wait: 0, refusal: 0, steps: ['exports on m1'] } },
      'drift: 1 to change, 0 to wait for, 0 refused (exports on m1)',
    ],
  ] as const)('tells what happened: %j', (more, line) => {
    expect(`${statusText({ ...healthy, ...more }, plain)}\n`).toContain(line)
  })

  test('tells the last comparison of a volume, whichever node remembers it', () => {
    const at = (time: string) => ({ ...volume, verified: { at: time, outOfSyncKib: 4 } })
    const nodes = [
      { ...m1, volumes: [at('2026-01-02')] },
      { ...m2, volumes: [at('2026-01-01')] },
    ]
    const text = statusText({ ...healthy, nodes }, plain)
    expect(text).toContain('data was verified at 2026-01-02: 4 KiB differed')
    expect(text).not.toContain('2026-01-01')
  })

  test('is brief for who watches: a healthy pair fits 24 lines', () => {
    const text = statusText({ ...healthy, why: ['a', 'b', 'c'] }, plain, { brief: true })
    expect(text).not.toContain('because')
    expect(text.split('\n').length).toBeLessThan(23)
  })

  test.each([
    [
      { state: 'running', role: 'active', health: 'mending', failing: ['write', 'vip'] },
      'mending: write, vip',
    ],
    [{ state: 'running', role: 'active', health: 'starting', failing: [] }, 'starting'],
    [{ state: 'running', role: 'held', health: 'idle', failing: [] }, 'held'],
    [{ state: 'stopped', failing: [] }, 'stopped'],
    [{ state: 'unknown', failing: [] }, 'unknown'],
    [{ state: 'silent', agoMs: 45_200, role: 'active', health: 'well', failing: [] }, 'silent for 45 s'],
  ] as const)('shows what the monitor finds: %j', (monitor, cell) => {
    const text = statusText({ ...healthy, nodes: [{ ...m1, monitor }, m2] }, plain)
    expect(text).toMatch(new RegExp(`monitor +${cell} +watching`))
  })

  test.each([
    [{ clock: { isSynchronised: false, aheadMs: 7_200_000 } }, 'clock +not synchronised, 2:00:00 h ahead'],
    [{ clock: { isSynchronised: true, aheadMs: -7_200_000 } }, 'clock +synchronised '],
    [{ heartbeat: { state: 'running', links: [], isSilent: true } }, 'media +unknown '],
    [{ heartbeat: { state: 'running', links: [] } }, 'media +none seen '],
    [{ volumes: [{ ...volume, health: roomy }] }, 'mount data +yes, 25 % of 1.0 GiB taken, inodes 10 %'],
    [{ volumes: [{ ...volume, health: { ...roomy, inodes: 0 } }] }, 'yes, 25 % of 1.0 GiB taken +'],
  ] as const)('shows clocks and room: %j', (more, cell) => {
    expect(statusText({ ...healthy, nodes: [{ ...m1, ...more }, m2] }, plain)).toMatch(new RegExp(cell))
  })

  test('shows the mounts that a client is to have', () => {
    const client = {
      name: 'c1',
      answered: true,
      vips: [],
      mounts: [{ path: '/mnt/nfsha', export: '/srv/nfsha/data', state: 'not mounted' }],
    } as const
    expect(statusText({ ...healthy, clients: [client] }, plain)).toContain('  c1: /mnt/nfsha not mounted')
  })

  test('has no line about a monitor that is not wanted', () => {
    const nodes = healthy.nodes.map(({ monitor, ...node }) => node)
    expect(statusText({ ...healthy, nodes }, plain)).not.toContain('monitor')
  })

  test('shows a hold only where there is one', () => {
    expect(statusText(healthy, plain)).not.toContain('hold')
    expect(statusText({ ...healthy, nodes: [m1, { ...m2, held: 'ada: disk swap' }] }, plain)).toMatch(
      /hold +no +ada: disk swap/,
    )
  })
})
