import { beforeEach, describe, expect, test } from 'vitest'
import { drill } from '../support/drills.ts'
import { keepEvidence } from '../support/evidence.ts'
import { fencings } from '../support/fenced.ts'
import { labAt, labWith } from '../support/lab.ts'

/*
 * What only fencing prevents (decisions.md, Write loss): without it two active nodes must be said, and the
 * loss counted; with it there is neither.
 */

const faults = ['node-freeze', 'all-cut', 'replication-cut+power-cut']

describe.each(faults)('%s, without fencing', fault => {
  beforeEach(() => labAt('deployed'))

  test('what became of the writes is counted, and two active nodes are told', async () => {
    const { verdict, reasons, writes, bothActive } = await drill(fault)
    expect(writes.acknowledged).toBeGreaterThan(100)
    if (bothActive.length > 0) expect(reasons.join()).toContain('both nodes were active')
    if (writes.lost === 'unknown') expect(reasons.join()).toMatch(/split-brain show.*could not be compared/)
    else if (writes.lost > 0) expect(reasons.join()).toContain('acknowledged writes are lost')
    expect(verdict).toBe(reasons.length === 0 ? 'passed' : 'failed')
  })
})

describe.each(['witness', 'stonith'] as const)('with fencing %s', fencing => {
  beforeEach(async () => {
    keepEvidence()
    await labWith(fencing, fencings[fencing])
  })

  test.each(faults)('%s loses nothing, and no two nodes are active', async fault => {
    const { exitCode, reasons, writes, bothActive } = await drill(fault, fencings[fencing])
    expect({ exitCode, reasons, bothActive }).toEqual({ exitCode: 0, reasons: [], bothActive: [] })
    expect(writes).toMatchObject({ lost: 0, corrupt: 0 })
  })
})
