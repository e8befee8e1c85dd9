import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { linksFor, stateVolume } from '../../src/core/cluster.ts'
import type { Diff } from '../../src/core/diff.ts'
import { absent, present, unknown } from '../../src/core/fact.ts'
import type { Params } from '../../src/core/step.ts'
import { drbdSync } from '../../src/facts/drbd.ts'
import { drbdMetadata } from '../../src/facts/drbd-metadata.ts'
import { drbdOf } from '../../src/facts/group.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { heartbeat, heartbeatStopped } from '../../src/facts/heartbeat.ts'
import { hold } from '../../src/facts/hold.ts'
import { mountedAs, mountOf } from '../../src/facts/mount.ts'
import { reach } from '../../src/facts/reach.ts'
import { savedEvidence } from '../../src/facts/split-brain.ts'
import copy from '../../src/steps/split-brain-copy.ts'
import declared from '../../src/steps/split-brain-declared.ts'
import discard from '../../src/steps/split-brain-discard.ts'
import evidenceStep from '../../src/steps/split-brain-evidence.ts'
import ready from '../../src/steps/split-brain-ready.ts'
import survivor from '../../src/steps/split-brain-survivor.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { active, idle, type Known, known, m1, m2, plan } from './ha-fixture.ts'

/* m2 is given up, unless said otherwise. */

const cluster = exampleCluster()
const volume = stateVolume(cluster)
const [first, second] = cluster.nodes
const daemon = heartbeat(cluster.platform.paths)
const repair = '20260102T030405Z'
const evidence = { text: 'seen\n', lost: { [volume.name]: ['docs/a', 'docs/b'] } }
const asked: Partial<Params> = { discard: m2, repair, evidence, allowDataLoss: [`${volume.name}@${m2}`] }

const alone = { connection: 'StandAlone', peerRole: 'Unknown', peerDisk: 'DUnknown' }
const drbd = (more: object) =>
  known(drbdOf(cluster, volume), present({ role: 'Secondary', disk: 'UpToDate', ...alone, ...more }))
const marked = known(promotionGuard, present({ marks: [`${volume.name}.split-brain`] }))
const [a, b, c] = ['A', 'B', 'C'].map(letter => letter.repeat(16)) as [string, string, string]
const data = (node: typeof first, current: string, bitmap: string) =>
  known(
    drbdMetadata(cluster, node, volume),
    present({
      lineage: 'recorded' as const,
      justCreated: false,
      generations: { current, bitmap, history: [] },
    }),
  )
const one: Known = [...idle(cluster, alone), marked, data(first, b, a)]
const two: Known = [...idle(cluster, alone), marked, data(second, c, a)]
const whole: Known = [...idle(), known(promotionGuard, absent())]

const refusals = (diffs: Record<string, Diff>) =>
  Object.entries(diffs).flatMap(([where, diff]) =>
    diff.kind === 'refusal' ? [`${where.startsWith(m1) ? 'm1' : 'm2'} ${diff.id}`] : [],
  )
const readyFor = (self: Known, peer: Known, params = asked) =>
  refusals(plan(ready, { [m1]: self, [m2]: peer }, cluster, params))

describe('split-brain-ready', () => {
  it('has nothing against it when both are parted and well', () => {
    expect(readyFor(one, two)).toEqual([])
  })

  it('asks nothing without a repair', () => {
    expect(readyFor(whole, whole, {})).toEqual([])
  })

  const way = linksFor(cluster, 'replication')[0]?.name ?? ''
  const toM1 = reach(first.links[way]?.address ?? '')

  it.each<[string, Known, Known, readonly string[]]>([
    ['there is none', whole, whole, ['m2 not-divided']],
    ['the survivor is held', [...one, known(hold, present({ text: 'by ann' }))], two, ['m1 survivor-held']],
    ['whether it is held is not known', [...one, known(hold, unknown('EIO'))], two, ['m1 unknown-state']],
    [
      'heartbeat is stopped on the survivor',
      [...one, known(daemon, present(heartbeatStopped))],
      two,
      ['m1 heartbeat-stopped'],
    ],
    [
      'the survivor does not say whether heartbeat runs',
      [...one, known(daemon, unknown('?'))],
      two,
      ['m1 unknown-state'],
    ],
    ['the survivor is outdated', [...one, drbd({ disk: 'Outdated' })], two, ['m2 survivor-not-uptodate']],
    [
      'the survivor is being synced',
      [...one, drbd({ connection: 'SyncTarget', disk: 'Inconsistent' })],
      two,
      ['m2 survivor-not-uptodate'],
    ],
    ['the survivor lost its disk', [...one, drbd({ disk: 'Diskless' })], two, ['m2 survivor-not-uptodate']],
    ['the victim lost its disk', one, [...two, drbd({ disk: 'Diskless' })], ['m2 diskless']],
    ['DRBD is down on the victim', one, [...two, known(drbdOf(cluster, volume), absent())], ['m2 drbd-down']],
    [
      'DRBD does not say',
      [...one, known(drbdOf(cluster, volume), unknown('hangs'))],
      two,
      ['m1 unknown-state', 'm2 unknown-state'],
    ],
    [
      'the victim is Primary by hand',
      one,
      [...two, known(daemon, present(heartbeatStopped)), drbd({ role: 'Primary' })],
      ['m2 victim-in-use'],
    ],
    [
      'the victim is mounted by hand',
      one,
      [
        ...two,
        known(daemon, present(heartbeatStopped)),
        known(mountOf(volume.mountPoint), mountedAs(volume)),
      ],
      ['m2 victim-in-use'],
    ],
    [
      'whether heartbeat runs on the victim is not known',
      one,
      [...two, known(daemon, unknown('?'))],
      ['m2 unknown-state'],
    ],
    [
      'the victim does not reach the survivor',
      one,
      [...two, known(toM1, present({ answers: false, takesFullSize: false }))],
      ['m2 replication-cut'],
    ],
    [
      'the metadata cannot be read',
      one,
      [...two, known(drbdMetadata(cluster, second, volume), unknown('EIO'))],
      ['m2 unknown-lineage'],
    ],
    ['the sides are strangers', one, [...two, data(second, c, b.replace('B', 'D'))], ['m2 unrelated-data']],
    [
      'the survivor is an earlier state of the victim',
      [...one, data(first, a, a)],
      two,
      ['m2 survivor-is-older'],
    ],
    [
      'what the guard remembers is not known',
      [...one, known(promotionGuard, unknown('EIO'))],
      two,
      ['m2 unknown-state'],
    ],
    [
      'several things at once',
      [...one, known(hold, present({ text: 'x' })), drbd({ disk: 'Outdated' })],
      [...two, known(toM1, present({ answers: false, takesFullSize: false }))],
      ['m1 survivor-held', 'm2 replication-cut', 'm2 survivor-not-uptodate'],
    ],
  ])('refuses when %s', (_, self, peer, expected) => {
    expect(readyFor(self, peer).toSorted()).toEqual([...expected].toSorted())
  })

  it.each<[string, Known, Known]>([
    ['the victim serves', one, [...active(), drbd({ role: 'Primary' }), marked, data(second, c, a)]],
    ['the survivor serves', [...active(), drbd({ role: 'Primary' }), data(first, b, a)], two],
    ['the victim is an earlier state of the survivor', one, [...two, data(second, a, a)]],
    ['they are one again, and a mark is left', [...idle(), marked], whole],
    ['this repair has mended it', whole, [...whole, known(savedEvidence(repair), present(true as const))]],
  ])('goes on when %s', (_, self, peer) => {
    expect(readyFor(self, peer)).toEqual([])
  })
})

describe('split-brain-evidence', () => {
  it('is saved on both nodes, for root only, and told to the journal', () => {
    const diffs = plan(evidenceStep, { [m1]: one, [m2]: two }, cluster, asked)
    for (const name of [m1, m2]) {
      const diff = diffs[name]
      if (diff?.kind !== 'change') throw new Error('no change')
      expect(diff.summary).toBe('save what both sides show in /var/lib/nfsha/split-brain/20260102T030405Z')
      const put = diff.actions.find(({ kind }) => kind === 'put')
      expect(put).toMatchObject({ mode: '0600', content: ['seen\n'] })
      expect(diff.actions.at(-1)).toMatchObject({ argv: ['cat', expect.stringContaining('sides.txt')] })
    }
  })

  it('is not needed once nothing is open', () => {
    expect(plan(evidenceStep, { [m1]: whole, [m2]: whole }, cluster, asked)).toMatchObject({
      [m1]: { kind: 'in-sync' },
      [m2]: { kind: 'in-sync' },
    })
  })

  it('refuses where it cannot be seen whether it is there', () => {
    const blind = known(savedEvidence(repair), unknown('EIO'))
    expect(refusals(plan(evidenceStep, { [m1]: one, [m2]: [...two, blind] }, cluster, asked))).toEqual([
      'm2 unknown-state',
    ])
  })
})

describe('split-brain-survivor', () => {
  const planned = (self: Known, peer: Known) => plan(survivor, { [m1]: self, [m2]: peer }, cluster, asked)

  it('takes the victim out, and lets the survivor serve', () => {
    const diffs = planned(one, two)
    expect(diffs[m2]).toMatchObject({ kind: 'change', risk: 'safe' })
    const left = diffs[m2]?.kind === 'change' ? diffs[m2].actions : []
    expect(left.map(action => (action.kind === 'run' ? action.argv.join(' ') : action.kind))).toEqual([
      'systemctl --no-ask-password stop heartbeat.service',
      `drbdadm disconnect ${volume.name}`,
    ])
    expect(diffs[m1]).toMatchObject({
      kind: 'change',
      summary: expect.stringMatching(/^serve with the data here/),
    })
  })

  it('says that clients wait when the victim is the one that serves', () => {
    const serving = [...active(), drbd({ role: 'Primary' }), marked, data(second, c, a)]
    expect(planned(one, serving)[m2]).toMatchObject({ kind: 'change', risk: 'disruptive' })
  })

  it('leaves a survivor alone that serves', () => {
    const serving = [...active(), drbd({ role: 'Primary' }), data(first, b, a)]
    expect(planned(serving, two)[m1]).toEqual({ kind: 'in-sync' })
  })
})

describe('split-brain-copy', () => {
  const planned = (params: Partial<Params>) =>
    plan(copy, { [m1]: one, [m2]: two }, cluster, { ...asked, ...params })

  it('copies only when asked, on the victim, into a directory that is empty', () => {
    expect(planned({})[m2]).toEqual({ kind: 'in-sync' })
    const diffs = planned({ copyTo: '/root/from m2' })
    expect(diffs[m1]).toEqual({ kind: 'in-sync' })
    expect(diffs[m2]).toMatchObject({
      kind: 'change',
      summary: `copy 2 paths of ${volume.name} to /root/from m2/${volume.name}`,
      actions: [
        { kind: 'put', content: ['docs/a\ndocs/b\n'] },
        { kind: 'script', guard: { expects: expect.stringContaining('to be empty') } },
      ],
    })
  })

  it('refuses when it is not known what would be lost', () => {
    expect(refusals(planned({ copyTo: '/root/x', evidence: { ...evidence, lost: {} } }))).toEqual([
      'm2 unknown-loss',
    ])
  })
})

describe('split-brain-discard', () => {
  const planned = (self: Known, peer: Known, params: Partial<Params> = {}) =>
    plan(discard, { [m1]: self, [m2]: peer }, cluster, { ...asked, ...params })

  it('refuses a loss that was not consented to by name, and says what it is', () => {
    for (const allowDataLoss of [[], [`${volume.name}@${m1}`]]) {
      const diff = planned(one, two, { allowDataLoss })[m2]
      expect(diff).toMatchObject({ kind: 'refusal', id: 'data-loss' })
      if (diff?.kind !== 'refusal') continue
      expect(diff.reason).toContain('2 paths, docs/a, docs/b')
      expect(diff.hint).toContain(`--allow-data-loss ${volume.name}@${m2}`)
    }
  })

  it('destroys nothing but the victim, guarded by a last look', () => {
    const diffs = planned(one, two)
    expect(diffs[m2]).toMatchObject({
      kind: 'change',
      symbol: '!',
      risk: 'destructive',
      actions: [
        {
          argv: ['drbdadm', 'connect', '--discard-my-data', volume.name],
          guard: { expects: expect.stringContaining('Secondary, unmounted and StandAlone') },
        },
      ],
    })
    expect(diffs[m1]).toMatchObject({
      kind: 'change',
      risk: 'safe',
      actions: [{ argv: ['drbdadm', 'connect', volume.name] }],
    })
  })

  it('leaves a survivor alone that still looks for its peer', () => {
    const looking = [...one, drbd({ connection: 'WFConnection' })]
    expect(planned(looking, two)[m1]).toMatchObject({ kind: 'wait' })
  })

  it('waits out the resync, and shows how far it is', () => {
    const sync = known(drbdSync(volume, '8.4'), present({ percent: 41, outOfSyncKib: 9, finish: '0:02:10' }))
    const state = (connection: string, disk: string, peerDisk: string) => drbd({ connection, disk, peerDisk })
    const diffs = planned(
      [...one, state('SyncSource', 'UpToDate', 'Inconsistent'), sync],
      [...two, state('SyncTarget', 'Inconsistent', 'UpToDate'), sync],
    )
    expect(diffs[m2]).toMatchObject({
      kind: 'wait',
      fraction: 0.41,
      progress: `${volume.name} is SyncTarget (41 %, 0:02:10 left)`,
    })
    expect(diffs[m1]).toMatchObject({ kind: 'wait' })
  })

  it('is done once both are one', () => {
    expect(planned(whole, whole)).toEqual({ [m1]: { kind: 'in-sync' }, [m2]: { kind: 'in-sync' } })
  })
})

describe('what runs on nodes', () => {
  const steps = [evidenceStep, survivor, copy, discard, declared]
  const scripts = steps.flatMap(step =>
    Object.values(plan(step, { [m1]: one, [m2]: two }, cluster, { ...asked, copyTo: "/root/it's" })).flatMap(
      diff =>
        (diff.kind === 'change' ? diff.actions : []).flatMap(action => [
          ...(action.kind === 'script' ? [[action.title, action.script] as const] : []),
          ...(action.guard ? [[action.guard.expects, action.guard.script] as const] : []),
        ]),
    ),
  )

  it.each(scripts)('%s: is plain POSIX sh', (_, script) => {
    // What is in single quotes is for another shell (SC2016), which quotes too (SC1003).
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2016,SC1003', '-'], {
      input: script,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})

describe('split-brain-declared', () => {
  it('removes the marks, and the memory of what was refused', () => {
    const refused = { id: 'guard-split-brain', reason: 'x', next: 'y' }
    const guard = known(
      promotionGuard,
      present({ marks: [`${volume.name}.split-brain`, `${volume.name}.superseded`], refused }),
    )
    const diffs = plan(declared, { [m1]: [...idle(), guard], [m2]: whole }, cluster, asked)
    expect(diffs[m2]).toEqual({ kind: 'in-sync' })
    const directory = '/var/lib/nfsha/guard'
    expect(diffs[m1]).toMatchObject({
      kind: 'change',
      actions: [
        {
          argv: [
            'rm',
            '-f',
            `${directory}/${volume.name}.split-brain`,
            `${directory}/${volume.name}.superseded`,
            `${directory}/${volume.name}.chosen`,
            `${directory}/refused`,
          ],
        },
      ],
    })
  })

  it('keeps them while the sides are not one', () => {
    expect(plan(declared, { [m1]: one, [m2]: two }, cluster, asked)).toEqual({
      [m1]: { kind: 'in-sync' },
      [m2]: { kind: 'in-sync' },
    })
  })
})
