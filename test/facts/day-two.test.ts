import { describe, expect, it } from 'vitest'
import { backlogFromJson, backlogFromProc } from '../../src/facts/drbd-state.ts'
import { groupHistory } from '../../src/facts/group-history.ts'
import { nfsClients } from '../../src/facts/nfs-clients.ts'
import { runs } from '../../src/facts/runs.ts'
import { verified } from '../../src/facts/verified.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const value = (found: unknown) => ({ state: 'present', value: found })
const [volume] = exampleCluster().volumes
if (!volume) throw new Error('the example has a volume')

describe('nfsClients', () => {
  it('is absent where nfsd does not run', () => expect(runProbe(nfsClients)).toEqual({ state: 'absent' }))

  it('lists who holds state, and who is only connected', () => {
    const stdout = `ended N
client 3
clientid: 0x6b3b5d5e6553f2f1
address: "192.168.0.1:745"
status: confirmed
seconds from last renew: 3
name: "Linux NFSv4.2 c1"
minor version: 2
client 0
clientid: 0x6b3b5d5e6553f2f2
address: "[::ffff:192.168.0.7]:851"
status: courtesy
name: ""
minor version: 0
peer 192.168.0.1:745
peer [::ffff:192.168.0.9]:700
`
    expect(answer(nfsClients, stdout)).toEqual(
      value({
        inGrace: true,
        clients: [
          {
            address: '192.168.0.1',
            name: 'Linux NFSv4.2 c1',
            version: '4.2',
            status: 'confirmed',
            states: 3,
          },
          { address: '192.168.0.7', version: '4.0', status: 'courtesy', states: 0 },
          { address: '192.168.0.9', version: '3', status: 'connected', states: 0 },
        ],
      }),
    )
  })

  it('has nobody outside grace', () => {
    expect(answer(nfsClients, 'ended Y\n')).toEqual(value({ inGrace: false, clients: [] }))
  })
})

describe('groupHistory', () => {
  const probe = groupHistory('lab', 'data')
  const turns = `up 1000.50
[  100.000000] nfsha: lab stop vip 10 ms
[  101.000000] nfsha: lab stop nfsd 700 ms
[  900.000000] nfsha: lab start guard 20 ms
[  900.300000] nfsha: lab start promote 300 ms
[  900.500000] nfsha: lab start mount failed after 200 ms
[  990.000000] nfsha: lab start guard 10 ms
[  990.400000] nfsha: lab start promote 400 ms
`
  it('has the last turn only, with its parts', () => {
    expect(answer(probe, turns)).toEqual(
      value({
        turn: {
          verb: 'start',
          agoMs: 10_100,
          tookMs: 410,
          phases: [
            { name: 'guard', ms: 10, failed: false },
            { name: 'promote', ms: 400, failed: false },
          ],
        },
      }),
    )
  })

  it('takes the total for the whole, not for a part', () => {
    const stdout = `${turns}[  990.500000] nfsha: lab start total 520 ms, exit code 0\n`
    expect(answer(probe, stdout)).toMatchObject({
      value: { turn: { tookMs: 520, phases: [{ name: 'guard' }, { name: 'promote' }] } },
    })
  })

  it('marks a part that failed', () => {
    expect(answer(probe, turns.replace(/^\[ {2}990.*\n/gm, ''))).toMatchObject({
      value: { turn: { phases: [{ name: 'guard' }, { name: 'promote' }, { name: 'mount', failed: true }] } },
    })
  })

  it.each([
    [
      'record 65 state=active generation=7 connected=yes heartbeat=1 uuid=-',
      { state: 'active', generation: 7, agoMs: 65_000 },
    ],
    ['record -5 state=released generation=- connected=no', { state: 'released', agoMs: 0 }],
  ])('reads %j', (line, record) => {
    expect(answer(probe, `up 10.00\n${line}\n`)).toEqual(value({ record }))
  })

  it.each(['up 10.00\n', '', 'up x\n[ 1.0] nfsha: other start vip 1 ms\n'])('is absent after %j', stdout => {
    expect(answer(probe, stdout)).toEqual({ state: 'absent' })
  })
})

describe('runs', () => {
  const run = { id: 'r1', playbook: 'deploy', startedAt: 'then', who: 'ada', controller: 'desk' }
  it('has the last one, and the one that goes on', () => {
    const stdout = `last ${JSON.stringify({ ...run, endedAt: 'now', result: 'done' })}\nrunning ${JSON.stringify(run)}\n`
    const told = { id: 'r1', playbook: 'deploy', startedAt: 'then', by: 'ada@desk' }
    expect(answer(runs, stdout)).toEqual(
      value({ last: { ...told, endedAt: 'now', result: 'done' }, running: told }),
    )
  })

  it.each(['', 'last {"id":"r1"', 'last null\n', 'running []\n'])('is absent after %j', stdout => {
    expect(answer(runs, stdout)).toEqual({ state: 'absent' })
  })
})

describe('verified', () => {
  it.each([
    ['at=2026-01-02T03:04:05Z out-of-sync=0\n', value({ at: '2026-01-02T03:04:05Z', outOfSyncKib: 0 })],
    ['at=x out-of-sync=12\n', value({ at: 'x', outOfSyncKib: 12 })],
  ])('reads %j', (stdout, fact) => expect(answer(verified(volume), stdout)).toEqual(fact))

  it.each(['', 'yes\n'])('does not take %j for a comparison', stdout => {
    expect(answer(verified(volume), stdout)).toMatchObject({ state: 'unknown' })
  })
})

describe('the backlog', () => {
  const section = (flags: string, oos: number) =>
    `version: 8.4.11\n 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C ${flags}\n    ns:0 wo:f oos:${oos}\n`
  it.each([
    [section('r-----', 0), { outOfSyncKib: 0, suspended: false }],
    [section('s-----', 52), { outOfSyncKib: 52, suspended: true }],
  ])('is read from %j', (text, backlog) => expect(backlogFromProc(text, 0)).toEqual(backlog))

  it('is nothing for a minor that is down', () => {
    expect(backlogFromProc(' 0: cs:Unconfigured\n', 0)).toBeUndefined()
  })

  it('is read from JSON', () => {
    const status = {
      role: 'Primary',
      suspended: true,
      connections: [{ peer_devices: [{ 'out-of-sync': 8 }] }],
    }
    expect(backlogFromJson(JSON.stringify([status]))).toEqual({ outOfSyncKib: 8, suspended: true })
  })
})
