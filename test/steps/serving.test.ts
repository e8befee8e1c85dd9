import { describe, expect, it } from 'vitest'
import { absent, type Fact, present, unknown } from '../../src/core/fact.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { heartbeat, heartbeatMoves, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { hold } from '../../src/facts/hold.ts'
import { mountOf } from '../../src/facts/mount.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import serving from '../../src/steps/serving.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

const cluster = exampleCluster()
const daemon = heartbeat(cluster.platform.paths)
const vips = vipsHeld(cluster.vips)
const vipHere = known(vips, present([{ address: '192.168.0.219', nic: 'em1' }]))
const nfsStopped = known(nfsServer, absent())
const busy = known(heartbeatMoves(cluster.platform.paths), present(true))
const barred = known(promotionGuard, present({ marks: ['data.split-brain'] }))
const passive = idle(cluster, { peerRole: 'Primary' })

const settled: [string, Known, Known][] = [
  ['the preferred node serves', active(), passive],
  ['the other node serves', passive, active()],
  ['the passive node is held', active(), [...passive, known(hold, present({ text: 'by anna' }))]],
  ['a start was refused once, and the other serves', active(), [...passive, barred]],
]

const mended: [string, Known, Known, RegExp | undefined, RegExp | undefined][] = [
  ['NFS was stopped', [...active(), nfsStopped], passive, /nfsd does not run/, undefined],
  ['the VIP was removed', [...active(), known(vips, present([]))], passive, /VIP .* is not here/, undefined],
  [
    'NFS runs on the passive node',
    active(),
    [...passive, known(nfsServer, nfsFact())],
    undefined,
    /nfsd runs/,
  ],
  [
    'the VIP is on the wrong node',
    [...active(), known(vips, present([]))],
    [...passive, vipHere],
    /is not here/,
    /is on em1/,
  ],
]

function nfsFact(): Fact<{
  threads: number
  versions: string[]
  leaseSeconds: number
  graceSeconds: number
}> {
  return present({ threads: 8, versions: ['4.2'], leaseSeconds: 90, graceSeconds: 90 })
}

const refused: [string, Known, Known, string][] = [
  ['both have the VIP', active(), [...passive, vipHere], 'split-brain'],
  ['both are Primary', active(), idle(cluster, { role: 'Primary' }), 'split-brain'],
  ['both remember a split-brain', [...idle(), barred], [...idle(), barred], 'split-brain'],
  [
    'a mount is not known',
    [...active(), known(mountOf('/srv/nfsha'), unknown('timeout'))],
    passive,
    'unknown-state',
  ],
  [
    'a part is left without heartbeat',
    [...active(), nfsStopped, known(daemon, present(heartbeatStopped))],
    passive,
    'resources-without-heartbeat',
  ],
]

describe('serving', () => {
  it.each(settled)('is in sync when %s', (_, one, two) => {
    expect(plan(serving, { [m1]: one, [m2]: two })).toMatchObject({
      [m1]: { kind: 'in-sync' },
      [m2]: { kind: 'in-sync' },
    })
  })

  it.each(mended)('mends it where it is when %s', (_, one, two, first, second) => {
    const diffs = plan(serving, { [m1]: one, [m2]: two })
    for (const [host, summary] of [
      [m1, first],
      [m2, second],
    ] as const)
      expect(diffs[host]).toMatchObject(
        summary === undefined
          ? { kind: 'in-sync' }
          : { kind: 'change', risk: 'safe', summary: expect.stringMatching(summary) },
      )
  })

  it('starts what is missing by the script of the group', () => {
    const diffs = plan(serving, { [m1]: [...active(), nfsStopped], [m2]: passive })
    expect(diffs[m1]).toMatchObject({
      actions: [{ argv: ['/etc/ha.d/resource.d/nfsha', 'm1-m2', 'start'] }],
    })
  })

  it.each(refused)('refuses when %s', (_, one, two, id) => {
    const diffs = plan(serving, { [m1]: one, [m2]: two })
    expect(Object.values(diffs)).toContainEqual(expect.objectContaining({ kind: 'refusal', id }))
  })

  it('waits for heartbeat, which is expected to choose the preferred node', () => {
    const diffs = plan(serving, { [m1]: idle(), [m2]: idle() })
    expect(diffs[m1]).toMatchObject({
      kind: 'wait',
      progress: expect.stringContaining(
        `${m1}: data is Secondary, /srv/nfsha is not mounted, nfsd does not run, VIP 192.168.0.219 is not here`,
      ),
    })
    const wait = diffs[m1]
    const expected = wait?.kind === 'wait' ? wait.expect.self : []
    expect(expected?.find(({ probe }) => probe.id === vips.id)?.fact).toEqual(vipHere[1])
  })

  it('waits while heartbeat moves the group, instead of meddling', () => {
    for (const moving of [busy, known(heartbeatMoves(cluster.platform.paths), unknown('no answer'))]) {
      const diffs = plan(serving, { [m1]: [...active(), nfsStopped, moving], [m2]: passive })
      expect(diffs[m1]).toMatchObject({ kind: 'wait' })
    }
  })

  it('expects the other node when the preferred one is held', () => {
    const held = [...idle(), known(hold, present({ text: 'by anna: memory' }))]
    const diffs = plan(serving, { [m1]: held, [m2]: idle() })
    expect(diffs[m1]).toEqual({ kind: 'in-sync', note: 'held, so left as it is (by anna: memory)' })
    expect(diffs[m2]).toMatchObject({ kind: 'wait' })
  })

  it('lets one node serve when only the other one remembers a split-brain', () => {
    const said = { marks: ['data.split-brain'], refused: { id: 'guard-split-brain', reason: 'R', next: 'N' } }
    const diffs = plan(serving, { [m1]: [...idle(), known(promotionGuard, present(said))], [m2]: idle() })
    expect(diffs[m2]).toMatchObject({ kind: 'wait', progress: expect.stringContaining('refused: R (N)') })
  })
})
