import { describe, expect, it } from 'vitest'
import { absent, type Fact, type Facts, present, unknown } from '../../src/core/fact.ts'
import type { DrbdState } from '../../src/facts/drbd.ts'
import { exportsPath, exportsServed } from '../../src/facts/exports.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { heartbeat, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { type HeartbeatView, heartbeatView } from '../../src/facts/heartbeat-view.ts'
import { hold } from '../../src/facts/hold.ts'
import { monitorState } from '../../src/facts/monitor.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { nfsClients } from '../../src/facts/nfs-clients.ts'
import { pendingMove } from '../../src/facts/pending-move.ts'
import { faultless, rehearsalHere } from '../../src/facts/rehearsal.ts'
import { routeTo } from '../../src/facts/route.ts'
import { startFailure } from '../../src/facts/start-failed.ts'
import { systemRoom } from '../../src/facts/system-room.ts'
import { clock } from '../../src/facts/time.ts'
import { unit } from '../../src/facts/unit.ts'
import { verified } from '../../src/facts/verified.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import { type VipAnswers, vipAnswers } from '../../src/facts/vip-answers.ts'
import { volumeHealth } from '../../src/facts/volume-health.ts'
import { evaluateStatus } from '../../src/status/evaluate.ts'
import { statusProbes } from '../../src/status/probes.ts'
import { exitCodeOf, type Verdict } from '../../src/status/status.ts'
import { nfsServerWanted } from '../../src/steps/_nfs-server.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { running } from '../fixtures/os-facts.ts'
import { active, idle, type Known, known, m1, m2 } from '../steps/ha-fixture.ts'

const cluster = exampleCluster()
const [vip] = cluster.vips
const [shown] = cluster.exports
const [volume] = cluster.volumes
if (!vip || !shown || !volume) throw new Error('the example has a VIP, an export and a volume')

const vipSays = (answers: VipAnswers) => known(vipAnswers(vip, shown), present(answers))
const serves = vipSays({ nfs: true, stat: 'done' })
const silent = vipSays({ nfs: false, stat: 'not tried', text: 'No route to host' })
const sees = (more: Partial<HeartbeatView>) =>
  known(
    heartbeatView,
    present({
      nodes: { 'm1.redhat.sx': 'active', 'm2.redhat.sx': 'active' },
      pingNodes: [],
      links: [{ to: 'm1.redhat.sx', medium: 'em2', up: true }],
      resources: 'local',
      ...more,
    }),
  )
const well = { role: 'active', health: 'well', failing: [], notices: [] }
const watched = known(monitorState, present(well))
const drbd = (state: Partial<DrbdState>) => idle(cluster, { peerRole: 'Primary', ...state })

const serving: Known = [
  ...active(),
  watched,
  sees({}),
  known(vipAnswers(vip, shown), present({ nfs: true, stat: 'here' })),
]
const passive: Known = [...drbd({}), watched, sees({}), serves]

const at = (ms: number, isSynchronised: boolean) =>
  known(clock, present({ nowMs: 1_763_641_234_567 + ms, isSynchronised }))
const room = (taken: number, inodesTaken: number) =>
  known(systemRoom, present([{ path: '/', size: 1000, available: 500, taken, inodesTaken }]))
const keptTime = known(unit(cluster.platform.units.chrony), running)

/** Facts of both nodes; one that said nothing did not answer. */
function factsOf(said: Readonly<Record<string, Known | undefined>>): Facts {
  return Object.fromEntries(
    Object.entries(statusProbes(cluster)).map(([host, probes]) => {
      const knowledge = said[host]
      const fallback: Fact<unknown> = knowledge === undefined ? unknown('connection timed out') : absent()
      const all = probes.map(probe => [probe.id, fallback] as const)
      const told = (knowledge === undefined ? [] : [keptTime, ...knowledge]).map(
        ([probe, fact]) => [probe.id, fact] as const,
      )
      return [host, Object.fromEntries([...all, ...told])]
    }),
  )
}

const unrecorded = known(nfsServer, present({ ...nfsServerWanted(cluster), recordsElsewhere: true as const }))

const stuck = known(
  monitorState,
  present({
    role: 'active',
    health: 'failing',
    failing: [{ check: 'write', text: 'cannot write to /srv/nfsha' }],
    notices: [
      { id: 'stuck', priority: 2, text: 'and it stays here' },
      { id: 'peer-dead', priority: 3, text: 'seen anyway' },
    ],
  }),
)

const roomy = { size: 1000, available: 900, inodes: 100, inodesFree: 90, errors: 0, isReadOnly: false }
const rehearsed = (text: string) =>
  known(
    rehearsalHere,
    present({ refused: [{ check: 'command', word: 'exportfs', text, next: 'put it back' }], told: [] }),
  )
const lacking = known(
  monitorState,
  present({
    role: 'passive',
    health: 'idle',
    failing: [],
    notices: [{ id: 'cannot-take-over', priority: 3, text: 'this node could not take over now: no ip' }],
  }),
)

const cases: [string, Known | undefined, Known | undefined, Verdict, RegExp, string | undefined][] = [
  ['all is well', serving, passive, 'healthy', /^M1.redhat.sx serves$/, m1],
  ['the other node serves', [...passive], [...serving], 'healthy', /^M2.redhat.sx serves$/, m2],
  [
    'nobody watches the service',
    [...serving, known(monitorState, absent())],
    passive,
    'degraded',
    /the monitor does not run/,
    m1,
  ],
  [
    'the monitor has not looked yet',
    [
      ...serving,
      known(monitorState, present({ role: 'active', health: 'starting', failing: [], notices: [] })),
    ],
    passive,
    'healthy',
    /serves$/,
    m1,
  ],
  [
    'a takeover by the passive node would fail',
    serving,
    [...passive, rehearsed('exportfs is not there')],
    'degraded',
    /M2.*could not take over now: exportfs is not there/,
    m1,
  ],
  [
    'it is the active node that could not take over',
    [...serving, rehearsed('exportfs is not there')],
    passive,
    'healthy',
    /serves$/,
    m1,
  ],
  [
    'what the monitor found is not there any more',
    serving,
    [...passive, lacking, known(rehearsalHere, present(faultless))],
    'healthy',
    /serves$/,
    m1,
  ],
  ['only the monitor rehearsed', serving, [...passive, lacking], 'degraded', /could not take over/, m1],
  [
    'the monitor hangs, and what it said last is long ago',
    [...serving, known(monitorState, present({ ...well, agoMs: 31_000 }))],
    passive,
    'degraded',
    /M1.*the monitor has said nothing for 31 s/,
    m1,
  ],
  [
    'the monitor takes its time',
    [...serving, known(monitorState, present({ ...well, agoMs: 30_000 }))],
    passive,
    'healthy',
    /serves$/,
    m1,
  ],
  [
    'the clocks are hours apart, and one is not synchronised',
    [...serving, at(0, true)],
    [...passive, at(7_200_000, false)],
    'degraded',
    /M2.*: the clocks are 2.0 h apart, and this one is not synchronised$/,
    m1,
  ],
  [
    'the clocks are hours apart, and nothing tells which is wrong',
    [...serving, at(0, true)],
    [...passive, at(7_200_000, true)],
    'degraded',
    /serves, but the clocks are 2.0 h apart$/,
    m1,
  ],
  [
    'a clock is not synchronised yet',
    [...serving, at(0, false)],
    [...passive, at(0, true)],
    'healthy',
    /serves$/,
    m1,
  ],
  [
    'nothing keeps a clock',
    serving,
    [...passive, known(unit(cluster.platform.units.chrony), absent())],
    'degraded',
    /M2.*: chrony.service does not run/,
    m1,
  ],
  ['the root disk is full', serving, [...passive, room(0.96, 0)], 'degraded', /M2.*: \/ is 96 % full/, m1],
  ['the root disk has no inodes', [...serving, room(0.5, 1)], passive, 'degraded', /100 % of its inodes/, m1],
  ['the root disk has room', [...serving, room(0.94, 0.94)], passive, 'healthy', /serves$/, m1],
  ['a check of the monitor fails', [...serving, stuck], passive, 'degraded', /cannot write/, m1],
  [
    'the passive node is down',
    serving,
    undefined,
    'degraded',
    /M2.*did not answer: connection timed out/,
    m1,
  ],
  ['the active node does not answer, the VIP does', undefined, passive, 'degraded', /seems to serve/, m1],
  ['nobody answers', undefined, undefined, 'unanswered', /nothing is known/, undefined],
  [
    'nobody serves',
    [...drbd({}), silent],
    [...drbd({}), silent],
    'down',
    /no node serves.*data is Secondary/,
    undefined,
  ],
  ['one is silent, and nobody asked the VIP', undefined, drbd({}), 'degraded', /nobody says/, undefined],
  ['one node is left, and idle', undefined, [...drbd({}), silent], 'down', /no node serves/, undefined],
  [
    'NFS was stopped',
    [...serving, known(nfsServer, absent())],
    [...passive, silent],
    'down',
    /only a part.*nfsd does not run/,
    undefined,
  ],
  [
    'nfsd runs without nfsdcld',
    [...serving, unrecorded],
    passive,
    'degraded',
    /M1.*nfsd does not record its clients through nfsdcld/,
    m1,
  ],
  [
    'both have the VIP',
    serving,
    [...passive, known(vipsHeld(cluster.vips), present([{ address: vip.address, nic: 'em1' }]))],
    'split-brain',
    /both nodes act/,
    undefined,
  ],
  [
    'a split-brain is remembered',
    serving,
    [...passive, known(promotionGuard, present({ marks: ['data.split-brain'] }))],
    'split-brain',
    /remembered on M2/,
    undefined,
  ],
  [
    'heartbeat is stopped',
    serving,
    [...passive, known(heartbeat(cluster.platform.paths), present(heartbeatStopped))],
    'degraded',
    /M2.*heartbeat does not run/,
    m1,
  ],
  [
    'a node is held',
    serving,
    [...passive, known(hold, present({ text: 'by anna' }))],
    'degraded',
    /M2.*is held \(by anna\)/,
    m1,
  ],
  [
    'a resync runs',
    serving,
    [...drbd({ connection: 'SyncTarget', disk: 'Inconsistent' }), sees({}), serves],
    'degraded',
    /SyncTarget/,
    m1,
  ],
  [
    'it stands alone',
    serving,
    [...drbd({ connection: 'StandAlone' }), sees({}), serves],
    'degraded',
    /StandAlone: it does not replicate/,
    m1,
  ],
  [
    'the VIP is silent',
    serving,
    [...passive, silent],
    'degraded',
    /no answer from 192.168.0.219: No route/,
    m1,
  ],
  [
    'a link is cut',
    serving,
    [...passive, sees({ links: [{ to: 'm1.redhat.sx', medium: 'em1', up: false }] })],
    'degraded',
    /hears nothing from m1.redhat.sx over em1/,
    m1,
  ],
  ...(
    [
      ['is damaged', { errors: 2 }, /the file system of data says that it is damaged: 2 errors/],
      ['takes no writes', { isReadOnly: true }, /the file system of data takes no writes/],
      ['is nearly full', { available: 50 }, /data is 95 % full/],
      ['has few inodes left', { inodesFree: 9 }, /data is 91 % full/],
      ['has room', {}, undefined],
    ] as const
  ).map(([what, more, reason]): (typeof cases)[number] => [
    `the file system ${what}`,
    [...serving, known(volumeHealth(volume), present({ ...roomy, ...more }))],
    passive,
    reason === undefined ? 'healthy' : 'degraded',
    reason ?? /serves$/,
    m1,
  ]),
  [
    'a host route is lost',
    [
      ...serving,
      known(
        routeTo('172.16.0.211'),
        present({ nic: 'mgmt', source: '10.0.2.21', gateway: '10.0.2.2', hasHostRoute: false }),
      ),
    ],
    passive,
    'degraded',
    /M1.*the host route to 172.16.0.211 over em2 is lost: it goes by mgmt/,
    m1,
  ],
  [
    'a part is not said',
    [...serving, known(nfsServer, unknown('timed out'))],
    passive,
    'degraded',
    /M1.*does not say how it is: nfsd: timed out/,
    m1,
  ],
]

describe('evaluateStatus', () => {
  it.each(cases)('judges when %s', (_, one, two, verdict, reason, serving) => {
    const status = evaluateStatus(cluster, factsOf({ [m1]: one, [m2]: two }))
    expect(status).toMatchObject({ verdict, reason: expect.stringMatching(reason) })
    expect(status.active).toBe(serving)
    expect(JSON.parse(JSON.stringify(status))).toEqual(status)
  })

  it('says why it believes that a node serves', () => {
    const { why } = evaluateStatus(cluster, factsOf({ [m1]: serving, [m2]: passive }))
    expect(why).toEqual([
      `${m1}: data is Primary`,
      `${m1}: /srv/nfsha is mounted`,
      expect.stringMatching(/nfsd runs with \d+ threads/),
      `${m1}: VIP 192.168.0.219 is on em1`,
      `${m2} gets NFS from 192.168.0.219`,
    ])
  })

  it('shows a node that did not answer as such', () => {
    const { nodes } = evaluateStatus(cluster, factsOf({ [m1]: serving }))
    expect(nodes[1]).toMatchObject({
      answered: false,
      problem: 'connection timed out',
      holding: 'unknown',
      heartbeat: { state: 'unknown' },
      volumes: [{ role: 'unknown' }],
      nfs: { state: 'unknown' },
    })
  })

  it.each([
    ['well', watched, { state: 'running', role: 'active', health: 'well', failing: [] }],
    ['failing', stuck, { state: 'running', role: 'active', health: 'failing', failing: ['write'] }],
    ['not running', known(monitorState, absent()), { state: 'stopped', failing: [] }],
    ['not answering', known(monitorState, unknown('late')), { state: 'unknown', failing: [] }],
    [
      'silent',
      known(monitorState, present({ ...well, agoMs: 45_000 })),
      { state: 'silent', agoMs: 45_000, role: 'active', health: 'well', failing: [] },
    ],
  ] as const)('shows a monitor that is %s', (_, said, monitor) => {
    const facts = factsOf({ [m1]: [...serving, said], [m2]: passive })
    expect(evaluateStatus(cluster, facts).nodes[0]?.monitor).toEqual(monitor)
    const without = { ...cluster, monitor: { ...cluster.monitor, enabled: false } }
    expect(evaluateStatus(without, facts).nodes[0]).not.toHaveProperty('monitor')
  })

  it('says that a node is isolated, once, and how it comes back', () => {
    const left = drbd({
      connection: 'StandAlone',
      peerRole: 'Unknown',
      disk: 'Outdated',
      peerDisk: 'DUnknown',
    })
    const held = known(hold, present({ text: 'by ada: isolated' }))
    const facts = factsOf({ [m1]: serving, [m2]: [...left, watched, held] })
    const about = evaluateStatus(cluster, facts).concerns.filter(({ host }) => host === m2)
    expect(about.map(({ text }) => text).join('\n')).not.toContain('is StandAlone')
    expect(about).toContainEqual({
      host: m2,
      text: expect.stringContaining('is held and isolated (by ada: isolated)'),
      next: expect.stringContaining('nfsha isolate INVENTORY --undo'),
    })
  })

  it('tells of clients that are not recorded once, though the monitor sees it too, and what to do', () => {
    const notice = { id: 'clients-not-recorded', priority: 3, text: 'nfsd does not use nfsdcld' }
    const told = known(
      monitorState,
      present({ role: 'active', health: 'well', failing: [], notices: [notice] }),
    )
    const facts = factsOf({ [m1]: [...serving, unrecorded, told], [m2]: passive })
    const { concerns, next, nodes } = evaluateStatus(cluster, facts)
    expect(concerns).toHaveLength(1)
    expect(next).toMatch(/^`nfsha deploy` in a quiet moment.*`nfsha explain clients-not-recorded`$/)
    expect(nodes.map(({ nfs }) => nfs.clientsRecorded)).toEqual([false, undefined])
    const local = { ...cluster, nfs: { ...cluster.nfs, clientDatabaseOnVolume: false } }
    expect(evaluateStatus(local, facts).nodes[0]?.nfs).not.toHaveProperty('clientsRecorded')
  })

  it('tells what a node does not say as a note: unknown is no failure', () => {
    const slow = known(nfsClients, unknown('no answer within 7 s'))
    const status = evaluateStatus(cluster, factsOf({ [m1]: [...serving, slow], [m2]: passive }))
    expect(status).toMatchObject({ verdict: 'healthy', concerns: [] })
    expect(status.notes).toContain(`${m1} does not say: nfs-clients (no answer within 7 s)`)
  })

  it('tells of media that were not read that they are unknown', () => {
    const facts = factsOf({ [m1]: [...serving, known(heartbeatView, unknown('late'))], [m2]: passive })
    expect(evaluateStatus(cluster, facts).nodes.map(({ heartbeat }) => heartbeat.isSilent)).toEqual([
      true,
      undefined,
    ])
  })

  it('tells of exports that are missing where the group is not whole, too', () => {
    const none = known(exportsServed(exportsPath(cluster)), present({ served: [], elsewhere: [] }))
    const facts = factsOf({
      [m1]: [...serving, none, known(vipsHeld(cluster.vips), present([]))],
      [m2]: passive,
    })
    const { verdict, concerns } = evaluateStatus(cluster, facts)
    expect(verdict).toBe('down')
    expect(concerns).toContainEqual(
      expect.objectContaining({ host: m1, text: `${shown.path} is not exported` }),
    )
  })

  it('advises deploy on a bare pair, and does not tell of an initial sync that nobody skipped', () => {
    const bare = [known(heartbeat(cluster.platform.paths), present(heartbeatStopped))]
    const { concerns, notes } = evaluateStatus(cluster, factsOf({ [m1]: bare, [m2]: bare }))
    expect(concerns).toContainEqual({ host: m1, text: 'data is down', next: 'nfsha deploy' })
    expect(notes).toEqual([])
  })

  it('advises drbdadm where heartbeat is installed, and deploy where a node stands alone', () => {
    const installed = known(unit(cluster.platform.units.heartbeat), running)
    const down = known(drbdOf(cluster, volume), absent())
    const facts = factsOf({ [m1]: serving, [m2]: [...passive, installed, down] })
    expect(evaluateStatus(cluster, facts).concerns).toContainEqual(
      expect.objectContaining({ host: m2, next: `drbdadm up data on ${m2}` }),
    )
    const alone = factsOf({
      [m1]: serving,
      [m2]: [...drbd({ connection: 'StandAlone' }), watched, sees({}), serves],
    })
    expect(evaluateStatus(cluster, alone).next).toMatch(
      /^nfsha deploy: .*where no data diverged.*split-brain show/,
    )
  })

  it('says what a promotion guard that refused wants done, when nobody serves', () => {
    const refused = {
      id: 'guard-by-hand',
      reason: 'takeovers are made by hand',
      next: 'touch /x/data.chosen',
    }
    const guard = known(promotionGuard, present({ marks: [], refused }))
    const { verdict, next } = evaluateStatus(
      cluster,
      factsOf({ [m1]: [...drbd({}), silent], [m2]: [...drbd({}), silent, guard] }),
    )
    expect({ verdict, next }).toEqual({ verdict: 'down', next: `on ${m2}: touch /x/data.chosen` })
  })

  it('says where the start failed and why: a concern while the other serves, else how to go on', () => {
    const failed = known(startFailure, present({ phase: 'mount', reason: 'mount: bad option' }))
    const one = evaluateStatus(cluster, factsOf({ [m1]: serving, [m2]: [...passive, failed] }))
    expect(one.verdict).toBe('degraded')
    expect(one.concerns).toEqual([
      {
        host: m2,
        text: 'its last start of the group failed: mount: mount: bad option',
        next: expect.stringContaining(`nfsha switchover --to ${m2}`),
      },
    ])
    const none = evaluateStatus(
      cluster,
      factsOf({ [m1]: [...drbd({}), silent], [m2]: [...drbd({}), silent, failed] }),
    )
    expect(none).toMatchObject({
      verdict: 'down',
      next: `the start on ${m2} failed in mount (mount: bad option): mend that, then on the node that can serve: /usr/share/heartbeat/hb_takeover all`,
    })
  })

  it('notes what the monitor finds worth knowing, and stays healthy', () => {
    const notice = {
      id: 'late-heartbeat',
      priority: 5,
      text: 'heartbeats that came late in the last minute: 1',
    }
    const told = known(
      monitorState,
      present({ role: 'active', health: 'well', failing: [], notices: [notice] }),
    )
    const { verdict, notes } = evaluateStatus(cluster, factsOf({ [m1]: [...serving, told], [m2]: passive }))
    expect(verdict).toBe('healthy')
    expect(notes[0]).toBe(`${m1}: ${notice.text}; see \`nfsha explain late-heartbeat\``)
  })

  it('does not count a node that looks through the VIP as a client, unless it has files open', () => {
    const client = (address: string, states: number) => ({
      address,
      version: '4.2',
      status: 'confirmed',
      states,
    })
    const own = cluster.nodes[1].links.em1?.address ?? ''
    const clients = [client('192.168.0.1', 0), client(own, 0), client(own, 1)]
    const facts = factsOf({
      [m1]: [...serving, known(nfsClients, present({ clients, inGrace: false }))],
      [m2]: passive,
    })
    expect(evaluateStatus(cluster, facts).nodes[0]?.nfs).toMatchObject({
      inGrace: false,
      clients: [clients[0], clients[2]],
    })
  })

  it('notes that a skipped initial sync was never verified, until it was', () => {
    const before = evaluateStatus(cluster, factsOf({ [m1]: serving, [m2]: passive }))
    expect(before.notes).toEqual([expect.stringContaining('data was never verified')])
    const record = known(verified(volume), present({ at: '2026-01-02T03:04:05Z', outOfSyncKib: 0 }))
    expect(evaluateStatus(cluster, factsOf({ [m1]: [...serving, record], [m2]: passive })).notes).toEqual([])
  })

  it('survives facts of nothing at all', () => {
    expect(evaluateStatus(cluster, {}).verdict).toBe('unanswered')
  })

  it('shows clients, which change no verdict', () => {
    const client = { name: 'c1', kind: 'client', ssh: cluster.nodes[0].ssh, mounts: [] } as const
    const facts = { ...factsOf({ [m1]: serving, [m2]: passive }), c1: { [silent[0].id]: silent[1] } }
    const status = evaluateStatus({ ...cluster, clients: [client] }, facts)
    expect(status.verdict).toBe('healthy')
    expect(status.clients).toEqual([
      {
        name: 'c1',
        answered: true,
        vips: [{ address: vip.address, answers: 'no', text: 'No route to host' }],
      },
    ])
  })
})

describe('exitCodeOf', () => {
  it.each([
    ['healthy', 0],
    ['degraded', 10],
    ['down', 11],
    ['split-brain', 12],
    ['unanswered', 4],
  ] as const)('%s is %d', (verdict, code) => expect(exitCodeOf(verdict)).toBe(code))
})

describe('what is pending until the next move', () => {
  const changes = known(
    pendingMove(cluster),
    present([
      { kind: 'mount' as const, volume: 'data', from: 'noatime', to: 'noatime,lazytime' },
      { kind: 'file' as const, path: '/etc/ha.d/haresources' },
    ]),
  )

  it('is told of the node that serves, and is no concern', () => {
    const { verdict, pending } = evaluateStatus(
      cluster,
      factsOf({ [m1]: [...serving, changes], [m2]: passive }),
    )
    expect(verdict).toBe('healthy')
    expect(pending).toEqual([
      { host: m1, text: 'the mount options of data: noatime,lazytime instead of noatime' },
      { host: m1, text: '/etc/ha.d/haresources has changed since the group was started' },
    ])
  })

  it('is nothing where nobody serves', () => {
    const facts = factsOf({ [m1]: [...drbd({}), silent, changes], [m2]: [...drbd({}), silent] })
    expect(evaluateStatus(cluster, facts).pending).toEqual([])
  })
})
