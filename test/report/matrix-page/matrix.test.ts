import { describe, expect, test } from 'vitest'
import { figureRows, spreadText } from '../../../src/report/matrix-page/figures.ts'
import { matrixMarkdown } from '../../../src/report/matrix-page/markdown.ts'
import { matrixPage } from '../../../src/report/matrix-page/matrix-page.ts'
import { cellsOf, spreadOf, worstAppendMs } from '../../../src/report/matrix-page/summary.ts'
import { partitionDrill } from '../sample-drill.ts'
import { drillOf, matrixResults } from '../sample-matrix.ts'

describe('a spread', () => {
  test.each([
    [[], undefined],
    [[3], { median: 3, min: 3, max: 3, runs: 1 }],
    [[5, 1, 3], { median: 3, min: 1, max: 5, runs: 3 }],
    [[4, 1, 2, 3], { median: 2.5, min: 1, max: 4, runs: 4 }],
    [[9, 10, 2], { median: 9, min: 2, max: 10, runs: 3 }],
  ])('of %j', (values, expected) => {
    expect(spreadOf(values)).toEqual(expected)
  })

  test.each([
    [undefined, 'not run'],
    [{ median: 5050, min: 4800, max: 5600, runs: 5 }, '5.05 s (4.80–5.60 s, 5 runs)'],
    [{ median: 5050, min: 5050, max: 5050, runs: 1 }, '5.05 s (1 run)'],
  ])('%j is told', (spread, text) => {
    expect(spreadText(spread)).toBe(text)
  })
})

describe('cells', () => {
  test('are one a fault and variant, faults together', () => {
    const results = [drillOf('a', 'x', 1), drillOf('b', 'x', 2), drillOf('a', 'y', 3), drillOf('a', 'x', 4)]
    expect(cellsOf(results).map(({ fault, variant, runs }) => [fault, variant, runs])).toEqual([
      ['a', 'x', 2],
      ['a', 'y', 1],
      ['b', 'x', 1],
    ])
  })

  test('count what was lost, who were active, and locks over v4.2 only', () => {
    expect(cellsOf([partitionDrill])).toMatchObject([
      { passed: 0, lost: 152, acknowledged: 1204, twoActive: 1, locks: { held: 1, kept: 0 } },
    ])
  })

  test('of runs that could not be compared, nothing is said to be there', () => {
    const { writes } = partitionDrill
    const known = { ...partitionDrill, writes: { ...writes, lost: 0 } }
    const unknown = { ...partitionDrill, writes: { ...writes, lost: 'unknown' as const } }
    const rows = (results: Parameters<typeof matrixMarkdown>[0]) => matrixMarkdown(results)
    expect(cellsOf([known, unknown])).toMatchObject([{ lost: 0, acknowledged: 1204, unknown: 1 }])
    expect(rows([known, unknown])).toContain('| 0 of 1\u{202f}204, not known in 1 of 2 |')
    expect(rows([unknown])).toContain('| not known |')
    expect(matrixPage([unknown])).toContain('<strong class="bad">not known</strong>')
  })

  test('a drill without operations has no stall', () => {
    expect(worstAppendMs({ ...partitionDrill, operations: [] })).toBeUndefined()
    expect(cellsOf([{ ...partitionDrill, operations: [] }])[0]).not.toHaveProperty('stall')
  })

  test('v4.2 counts where several versions were drilled', () => {
    const [append] = partitionDrill.operations
    const slow = append && [{ ...append, nfsVersion: '3' as const, worstMs: 99_000 }]
    const operations = [...partitionDrill.operations, ...(slow ?? [])]
    expect(worstAppendMs({ ...partitionDrill, operations })).toBe(append?.worstMs)
  })
})

describe('the figures', () => {
  const standings = (results: Parameters<typeof figureRows>[0]) =>
    figureRows(results).map(({ standing }) => standing)

  test('are judged by their medians', () => {
    expect(standings(matrixResults)).toEqual([
      ...['gate', 'gate', 'missed', 'goal', 'goal', 'goal'],
      ...['not run', 'not judged', 'not judged', 'not judged'],
    ])
    expect(standings([drillOf('standby', 'default', 5000)])[0]).toBe('goal')
    expect(standings([drillOf('standby', 'default', 7001)])[0]).toBe('missed')
  })

  test('that nobody measured are not called reached', () => {
    expect(new Set(standings([]))).toEqual(new Set(['not run', 'not judged']))
    expect(standings([drillOf('standby', 'article-001', 100_500)])[0]).toBe('not run')
  })

  test('forgive no lost write after a single fault, nor with fencing', () => {
    const writes = { acknowledged: 100, lost: 1, corrupt: 0, duplicated: 0 }
    const lossStanding = (fault: string, variant: string, fencing = 'none') => {
      const settings = { ...partitionDrill.settings, fencing }
      return standings([drillOf(fault, variant, 9000, { writes, settings })])[4]
    }
    expect(lossStanding('power-cut', 'default')).toBe('missed')
    const unknown = { writes: { ...writes, lost: 'unknown' as const } }
    expect(figureRows([drillOf('power-cut', 'default', 9000, unknown)])[4]).toMatchObject({
      own: '0 in 0 drills, not known in 1 more',
      standing: 'missed',
    })
    expect(lossStanding('all-cut', 'fenced', 'witness')).toBe('missed')
    expect(lossStanding('replication-cut+power-cut', 'fenced', 'stonith')).toBe('missed')
    // Two actives without fencing lose writes: reported in its own row, not promised.
    expect(lossStanding('all-cut', 'default')).toBe('not run')
    expect(lossStanding('node-freeze', 'no-fencing')).toBe('not run')
    expect(lossStanding('power-cut', 'article-001')).toBe('not run')
  })

  test('judge predictions that are made of the same kind of drill, and each of them', () => {
    const predicted = (ms: number, from: 'last-drill' | 'timers' = 'last-drill', highMs = ms) =>
      drillOf('standby', 'default', 5000, { prediction: { lowMs: ms, highMs, from } })
    const [timers, range] = [predicted(5000, 'timers'), predicted(1000, 'last-drill', 1100)]
    const good = [predicted(4000), predicted(6000), timers, range]
    expect(figureRows(good)[6]).toMatchObject({
      own: '2 of 2 within; at worst 25 % off',
      standing: 'goal',
    })
    expect(figureRows([...good, predicted(3900)])[6]).toMatchObject({
      own: '2 of 3 within; at worst 28 % off',
      standing: 'missed',
    })
    expect(figureRows([timers, range])[6]?.standing).toBe('not run')
    // The range is for who waits; what is judged is its middle.
    const drills = { count: 3, medianMs: 4000 }
    const ranged = drillOf('standby', 'default', 5000, {
      prediction: { lowMs: 3000, highMs: 9000, from: 'last-drill', drills },
    })
    expect(figureRows([ranged])[6]?.own).toBe('1 of 1 within; at worst 25 % off')
  })

  test('tell the article’s own loop beside ours, apart from the drills without it', () => {
    const loop = (variant: string, ...overEachVersion: readonly number[]) =>
      drillOf('standby', variant, 9999, {
        operations: partitionDrill.operations
          .slice(0, 1)
          .flatMap(each =>
            overEachVersion.map(worstMs => ({ ...each, kind: 'yardstick' as const, worstMs })),
          ),
      })
    // Several versions of NFS in one drill are one run.
    const article = loop('article-001-yardstick', 23_000, 110_000, 24_000)
    const rows = figureRows([loop('default-yardstick', 8000), article])
    expect(rows[0]?.standing).toBe('not run')
    expect(rows[9]).toMatchObject({ own: '8.00 s (1 run)', baseline: '110 s (1 run)' })
  })

  test('tell the slowest operation, of whatever kind', () => {
    const [append] = partitionDrill.operations
    const create = append && [
      { ...append, kind: 'create' as const, nfsVersion: '4.0' as const, worstMs: 100_500 },
    ]
    const slow = drillOf('standby', 'article-001', 5000)
    const rows = figureRows([{ ...slow, operations: [...slow.operations, ...(create ?? [])] }])
    expect(rows[0]?.baseline).toBe('5.00 s (1 run)')
    expect(rows[7]).toMatchObject({ baseline: '101 s (1 run)', own: 'not run', standing: 'not judged' })
    expect(rows[8]?.baseline).toBe('not run')
  })

  test('forgive no lost lock', () => {
    const lost = drillOf('standby', 'default', 5000, { locks: [{ nfsVersion: '4.2', result: 'lost' }] })
    expect(standings([drillOf('standby', 'default', 5000), lost])[5]).toBe('missed')
  })
})

test('the Markdown has both tables, and says where and when', () => {
  const text = matrixMarkdown(matrixResults)
  expect(text.split('\n\n')).toHaveLength(3)
  expect(text).toMatch(/^16 drills, 2 CPUs, 23 GiB \(tcg\), 2026-11-20\./)
  expect(text).toContain('**5.05 s (4.80–5.60 s, 5 runs)** | gate passed |')
  expect(text).toContain(
    '| `all-cut` | default | 0 of 1 | 15.0 s (1 run) | 152 of 1\u{202f}204 | kept | **in 1** |',
  )
})

test('a variant’s name cannot break the tables', () => {
  expect(matrixMarkdown([drillOf('standby', 'a|<b>', 1)])).toContain('| a\\|&lt;b> |')
  expect(matrixPage([drillOf('standby', '<b>', 1)])).not.toContain('<b>')
})

test.each([
  ['a matrix', matrixResults],
  ['nothing', []],
])('the page of %s is the same for the same results', (_name, results) => {
  const page = matrixPage(results)
  expect(matrixPage(results)).toBe(page)
  expect(page).not.toMatch(/undefined|NaN|Infinity|\[object/)
})
