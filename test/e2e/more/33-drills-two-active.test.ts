import { beforeEach, describe, expect, test } from 'vitest'
import { drill } from '../support/drills.ts'
import { labAt } from '../support/lab.ts'

/*
 * What only fencing prevents (decisions.md, Write loss): two active nodes must be said, and the loss counted.
 */

beforeEach(() => labAt('deployed'))

describe.each(['node-freeze', 'all-cut', 'replication-cut+power-cut'])('%s, without fencing', fault => {
  test('what became of the writes is counted, and two active nodes are told', async () => {
    const { verdict, reasons, writes, bothActive } = await drill(fault)
    expect(writes.acknowledged).toBeGreaterThan(100)
    if (bothActive.length > 0) expect(reasons.join()).toContain('both nodes were active')
    if (writes.lost > 0) expect(reasons.join()).toContain('acknowledged writes are lost')
    expect(verdict).toBe(reasons.length === 0 ? 'passed' : 'failed')
  })
})
