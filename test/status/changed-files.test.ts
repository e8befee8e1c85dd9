import { describe, expect, it } from 'vitest'
import { changedFiles, lostOn } from '../../src/status/changed-files.ts'

type Line = readonly [path: string, changed: number, more?: { kind?: string; bytes?: number }]

const side = (node: string, lines: readonly Line[], isWhole = true) => ({
  node,
  isWhole,
  files: lines
    .map(([path, changed, { kind = 'f', bytes = 1 } = {}]) => ({
      path,
      kind,
      bytes,
      changed: `${changed}.0000000000`,
      modified: `${changed}.0000000000`,
    }))
    .toSorted((a, b) => Number(b.changed) - Number(a.changed)),
})

/** They parted some time after 100. */
const before: readonly Line[] = [
  ['old', 50],
  ['last', 100],
]
const told = (one: readonly Line[], other: readonly Line[]) =>
  changedFiles(side('m1', one), side('m2', other)).map(
    ({ path, changedOn }) => `${path} ${changedOn.join('+')}`,
  )

describe('changedFiles', () => {
  it.each<[string, readonly Line[], readonly Line[], readonly string[]]>([
    ['nothing', before, before, []],
    ['a file made on one side', [...before, ['new', 200]], before, ['new m1']],
    ['a file made on the other', before, [...before, ['new', 200]], ['new m2']],
    [
      'a file changed on one side',
      [
        ['old', 200],
        ['last', 100],
      ],
      before,
      ['old m1'],
    ],
    [
      'a file changed on both',
      [
        ['old', 200],
        ['last', 100],
      ],
      [
        ['old', 300],
        ['last', 100],
      ],
      ['old m1+m2'],
    ],
    ['a file removed on one side', [['last', 100]], before, ['old m1']],
    ['a file made in each side with one name', [...before, ['x', 150]], [...before, ['x', 160]], ['x m1+m2']],
    ['a directory that is only on one side', [...before, ['d', 150, { kind: 'd' }]], before, ['d m1']],
    [
      'no directory that is on both, since it changes with what is in it',
      [...before, ['d', 150, { kind: 'd' }]],
      [...before, ['d', 170, { kind: 'd' }]],
      [],
    ],
    ['a file that became a link', [...before, ['x', 90]], [...before, ['x', 170, { kind: 'l' }]], ['x m2']],
    [
      'a change that a slow clock dates before the parting: it counts on both',
      [
        ['old', 60],
        ['last', 100],
      ],
      before,
      ['old m1+m2'],
    ],
    ['all of it, where nothing is left that both had', [['a', 5]], [['b', 6]], ['a m1', 'b m2']],
  ])('tells of %s', (_, one, other, expected) => {
    expect(told(one, other)).toEqual(expected)
  })

  it('is silent about what an incomplete list may have left out', () => {
    const one = side('m1', [...before, ['ancient', 10]])
    const other = side('m2', before, false)
    expect(changedFiles(one, other)).toEqual([])
  })

  it('keeps size and time of both sides', () => {
    const [change] = changedFiles(
      side('m1', [...before, ['x', 1_767_322_996, { bytes: 3 }]]),
      side('m2', [...before, ['x', 1_767_322_990, { bytes: 7 }]]),
    )
    expect(change?.sides).toEqual({
      m1: { bytes: 3, modified: '2026-01-02T03:03:16Z' },
      m2: { bytes: 7, modified: '2026-01-02T03:03:10Z' },
    })
  })
})

describe('lostOn', () => {
  it('names what a side would give up, its removals too', () => {
    const changes = changedFiles(
      side('m1', [
        ['last', 100],
        ['mine', 200],
      ]),
      side('m2', [...before, ['its', 300]]),
    )
    expect(lostOn('m1', changes).map(({ path }) => path)).toEqual(['mine', 'old'])
    expect(lostOn('m2', changes).map(({ path }) => path)).toEqual(['its'])
  })
})
