import { describe, expect, test } from 'vitest'
import { moveLines, readMove } from '../../src/report/move.ts'

const said = new Map([
  [
    'm1',
    `release began after 1240 ms
stop vip 40 ms
stop nfsd 700 ms
stop unmount 300 ms
stop demote 210 ms
stop total 1290 ms, exit code 0
192.168.0.219 answers after 4980 ms
`,
  ],
  [
    'm2',
    `start guard 10 ms
start promote 90 ms
start nfsd 1200 ms
start vip 30 ms
start total 1400 ms, exit code 0
`,
  ],
])

describe('a move', () => {
  const move = readMove('m1', 'm2', said)

  test('is read from what both sides printed', () => {
    expect(move).toEqual({
      from: 'm1',
      to: 'm2',
      begunMs: 1240,
      parts: [
        {
          node: 'm1',
          verb: 'stop',
          totalMs: 1290,
          phases: [
            { phase: 'vip', durationMs: 40 },
            { phase: 'nfsd', durationMs: 700 },
            { phase: 'unmount', durationMs: 300 },
            { phase: 'demote', durationMs: 210 },
          ],
        },
        {
          node: 'm2',
          verb: 'start',
          totalMs: 1400,
          phases: [
            { phase: 'guard', durationMs: 10 },
            { phase: 'promote', durationMs: 90 },
            { phase: 'nfsd', durationMs: 1200 },
            { phase: 'vip', durationMs: 30 },
          ],
        },
      ],
      answersMs: { '192.168.0.219': 4980 },
    })
  })

  test('is told in a line a part', () => {
    expect(moveLines(move)).toEqual([
      'm1 gave it up in 1.29 s: vip 0.04 s, nfsd 0.70 s, unmount 0.30 s, demote 0.21 s',
      'm2 took over in 1.40 s: guard 0.01 s, promote 0.09 s, nfsd 1.20 s, vip 0.03 s',
      '192.168.0.219 answered 4.98 s after the move was asked for (1.24 s until m1 began to give it up)',
    ])
  })

  test.each([
    ['nothing was said', new Map()],
    ['a start failed', new Map([['m2', 'start guard failed after 10 ms\n']])],
    [
      'a line is cut',
      new Map([
        ['m1', 'release began after 12'],
        ['m2', 'start to'],
      ]),
    ],
  ])('has no figures when %s', (_, partial) => {
    expect(readMove('m1', 'm2', partial)).toEqual({ from: 'm1', to: 'm2', parts: [], answersMs: {} })
    expect(moveLines(readMove('m1', 'm2', partial))).toEqual([])
  })
})
