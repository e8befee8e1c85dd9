import { describe, expect, test } from 'vitest'
import { activeStretches, bothActing, frozenStretches } from '../../src/drill/holding.ts'
import type { Epoch } from '../../src/drill/observer.ts'
import { sightingsOf } from '../../src/drill/sightings.ts'
import { lateHeartbeats, oneCopyOf, phasesOf, takerOf, timeline } from '../../src/drill/timeline.ts'

/** A node's epoch whose clock is `offsetMs` behind the controller's, and whose kernel's clock is 30 ms ahead. */
function epoch(
  host: string,
  offsetMs: number,
  lines: readonly (readonly [number, string])[],
  endedMs?: number,
): Epoch {
  const all: readonly (readonly [number, string])[] = [[0, `clock 0.0 30000`], ...lines]
  return {
    host,
    readings: [{ atMs: offsetMs, offsetMs, uncertaintyMs: 4 }],
    lines: all.map(([atMs, text]) => ({ arrivedMs: atMs + offsetMs + 5, text })),
    ...(endedMs !== undefined && { endedMs }),
  }
}

const kernel = (ms: number, text: string) => [ms, `kernel ${(ms + 30) * 1000} ${text}`] as const

/** m1 serves and is cut off at 10 000 on the controller's clock; m2 takes over. */
const story: readonly Epoch[] = [
  epoch(
    'm1',
    1000,
    [
      [0, 'state 0.0 PMNV'],
      [0, 'drbd 0.0 Connected UpToDate/UpToDate'],
      [8500, 'tick 8500.0'],
    ],
    10_020,
  ),
  epoch('m2', 2000, [
    [0, 'state 0.0 ----'],
    [3000, 'heartbeat 3000.0 m2 heartbeat: [1]: WARN: Late heartbeat: Node m1: interval 3210 ms'],
    [8000, 'drbd 8000.0 WFConnection UpToDate/DUnknown'],
    [13_000, 'heartbeat 13000.0 m2 heartbeat: [1]: WARN: node m1: is dead'],
    kernel(15_000, 'nfsha: lab start promote 320 ms'),
    [15_040, 'state 15040.0 P---'],
    kernel(15_400, 'nfsha: lab start mount 300 ms'),
    [15_950, 'grace 15950.0 Y'],
    kernel(16_000, 'NFSD: starting 10-second grace period (net f0000000)'),
    kernel(16_500, 'nfsha: lab start nfsd 1000 ms'),
    kernel(16_600, 'nfsha: lab start vip 60 ms'),
    [16_650, 'state 16650.0 PMNV'],
    kernel(16_700, 'nfsha: lab start total 1720 ms, exit code 0'),
    kernel(18_000, 'NFSD: all clients done reclaiming, ending NFSv4 grace period (net f0000000)'),
    [60_000, 'drbd 60000.0 Connected UpToDate/UpToDate'],
    [60_000, 'tick 60000.0'],
  ]),
]

const sightings = sightingsOf(story)
const moments = timeline({
  injectedMs: 10_000,
  injectionUncertaintyMs: 2.2,
  healedMs: 30_000,
  controller: 'controller',
  sightings,
  client: {
    host: 'c1',
    uncertaintyMs: 3.5,
    vipUpMs: [5000, 18_700],
    acknowledgedMs: [9900, 20_500, 20_550],
  },
})

test('the moments of a power cut, on one clock', () => {
  expect(moments.map(({ name, atMs, host }) => [name, atMs, host])).toEqual([
    ['injected', 0, 'controller'],
    ['detected', 5000, 'm2'],
    ['promoted', 7000, 'm2'],
    ['mounted', 7400, 'm2'],
    ['grace-began', 8000, 'm2'],
    ['nfs-up', 8500, 'm2'],
    ['vip-up', 8600, 'm2'],
    ['vip-seen', 8700, 'c1'],
    ['grace-ended', 10_000, 'm2'],
    ['first-acknowledged', 10_500, 'c1'],
    ['healed', 20_000, 'controller'],
    ['redundant', 52_000, 'm2'],
  ])
})

test('there is one copy of the data from when DRBD lacks the other until it has it again', () => {
  expect(oneCopyOf(sightings, 10_000, 70_000)).toEqual({ fromMs: 0, toMs: 52_000, hasEnded: true })
  const cut = sightings.filter(({ what, atMs }) => what !== 'drbd' || atMs < 60_000)
  expect(oneCopyOf(cut, 10_000, 70_000)).toEqual({ fromMs: 0, toMs: 60_000, hasEnded: false })
  expect(oneCopyOf(sightings, 10_001, 70_000)).toBeUndefined()
})

test('a moment is as sure as the clock, and the kernel is surer than a look every 50 ms', () => {
  const sure = (name: string) => moments.find(each => each.name === name)?.uncertaintyMs
  expect([sure('injected'), sure('promoted'), sure('detected'), sure('vip-seen')]).toEqual([3, 4, 54, 4])
})

test('without lines of the script, what was held tells', () => {
  const silent = sightings.filter(({ what }) => what !== 'kernel')
  const found = timeline({
    ...{ injectedMs: 10_000, injectionUncertaintyMs: 0, controller: 'controller', sightings: silent },
    client: { host: 'c1', uncertaintyMs: 1, vipUpMs: [], acknowledgedMs: [] },
  })
  expect(found.map(({ name, atMs }) => [name, atMs])).toEqual([
    ['injected', 0],
    ['detected', 5000],
    ['promoted', 7040],
    ['mounted', 8650],
    ['nfs-up', 8650],
    ['vip-up', 8650],
  ])
})

test('a service that was started anew where it was', () => {
  const stayed = sightings.filter(({ node, what }) => node === 'm2' && what === 'kernel')
  const found = timeline({
    ...{ injectedMs: 10_000, injectionUncertaintyMs: 0, controller: 'controller', sightings: stayed },
    client: { host: 'c1', uncertaintyMs: 1, vipUpMs: [], acknowledgedMs: [9900, 18_600] },
  })
  expect(found.map(({ name, atMs }) => [name, atMs])).toEqual([
    ['injected', 0],
    ['nfs-up', 8500],
    ['first-acknowledged', 8600],
  ])
})

test('who took over', () => {
  expect(takerOf(sightings, 10_000)).toBe('m2')
  expect(takerOf(sightings, 30_000)).toBeUndefined()
})

test('the phases of the script, as it logged them', () => {
  expect(phasesOf(sightings, 10_000)).toEqual(
    [
      ['promote', 320],
      ['mount', 300],
      ['nfsd', 1000],
      ['vip', 60],
      ['total', 1720],
    ].map(([phase, durationMs]) => ({ node: 'm2', verb: 'start', phase, durationMs })),
  )
})

test('late heartbeats, before the fault too', () => {
  expect(lateHeartbeats(sightings, 10_000)).toEqual([{ node: 'm1', atMs: -5000, intervalMs: 3210 }])
})

describe('who was active', () => {
  test('until its link ended, and from when it had all', () => {
    expect(activeStretches(sightings, 'm1')).toEqual([{ fromMs: 1000, toMs: 10_020 }])
    expect(activeStretches(sightings, 'm2')).toEqual([{ fromMs: 18_650, toMs: 62_000 }])
    expect(bothActing(sightings, ['m1', 'm2'], [])).toEqual([])
  })

  test('two that have the VIP or a Primary role act both', () => {
    const zombie = sightingsOf([
      epoch('m1', 0, [
        [0, 'state 0.0 PMNV'],
        [9000, 'state 9000.0 -mN-'],
        [20_000, 'tick 20000.0'],
      ]),
      epoch('m2', 0, [
        [0, 'state 0.0 ----'],
        [4000, 'state 4000.0 ---v'],
        [20_000, 'tick 20000.0'],
      ]),
    ])
    expect(bothActing(zombie, ['m1', 'm2'], [])).toEqual([{ fromMs: 4000, toMs: 9000 }])
    expect(bothActing(zombie, ['m1', 'm2'], [{ node: 'm1', fromMs: 2000, toMs: 7000 }])).toEqual([
      { fromMs: 7000, toMs: 9000 },
    ])
  })

  describe('whose connection is found broken long after its last word', () => {
    const m1 = epoch(
      'm1',
      0,
      [
        [0, 'state 0.0 PMNV'],
        [4000, 'tick 4000.0'],
      ],
      20_000,
    )
    const again = (hostMs: number, offsetMs: number) => ({
      ...epoch('m1', offsetMs, []),
      lines: [{ text: `clock ${hostMs}.0 0`, arrivedMs: hostMs + offsetMs }],
    })

    test.each([
      ['and that did not come back, until it would have said something', [m1], 5000],
      ['and that booted, until then too', [m1, again(900, 29_000)], 5000],
      ['and that went on all the time, until it was found', [m1, again(29_000, 0)], 20_000],
    ])('%s', (_case, epochs, toMs) => {
      expect(activeStretches(sightingsOf(epochs), 'm1')).toEqual([{ fromMs: 0, toMs }])
    })
  })

  test('a node whose writes are frozen has the group, and is not active', () => {
    const isolated = sightingsOf([
      epoch('m1', 0, [
        [0, 'state 0.0 PMNV'],
        [3000, 'writes 3000.0 frozen'],
        [9000, 'writes 9000.0 go'],
        [9500, 'state 9500.0 ----'],
        [20_000, 'tick 20000.0'],
      ]),
    ])
    expect(activeStretches(isolated, 'm1')).toEqual([
      { fromMs: 0, toMs: 3000 },
      { fromMs: 9000, toMs: 9500 },
    ])
    expect(frozenStretches(isolated, 'm1')).toEqual([{ fromMs: 3000, toMs: 9000 }])
    expect(frozenStretches(isolated, 'm2')).toEqual([])
  })

  test('a node that is reset while its writes are frozen is frozen until then', () => {
    const reset = sightingsOf([epoch('m1', 0, [[3000, 'writes 3000.0 frozen']])])
    expect(frozenStretches(reset, 'm1')).toEqual([{ fromMs: 3000, toMs: expect.any(Number) }])
  })
})

test('an epoch whose clock was never read tells nothing', () => {
  expect(
    sightingsOf([{ host: 'm1', readings: [], lines: [{ arrivedMs: 1, text: 'state 0.0 PMNV' }] }]),
  ).toEqual([])
})
