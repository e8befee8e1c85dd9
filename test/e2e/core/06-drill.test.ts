import { beforeAll, expect, test } from 'vitest'
import type { DrillResult, MomentName } from '../../../src/core/drill.ts'
import { ask } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'

/*
 * One planned move and one power cut, with a client at work: nothing that was acknowledged is lost, the
 * lock is kept, and the report knows when what happened.
 */

beforeAll(() => labAt('deployed'))

async function drill(fault: string): Promise<DrillResult> {
  const done = await nfsha('drill', inventory, '--fault', fault, '--format', 'json')
  const report = JSON.parse(done.stdout) as { readonly drills: readonly DrillResult[] }
  const [result] = report.drills
  expect({ exitCode: done.code, reasons: result?.reasons }).toEqual({ exitCode: 0, reasons: [] })
  if (result === undefined) throw new Error('no result')
  return result
}

/** The moments of a takeover, each once and in this order. */
const takeover: readonly MomentName[] = [
  'injected',
  'promoted',
  'mounted',
  'nfs-up',
  'vip-up',
  'first-acknowledged',
]

function expectTakeover(result: DrillResult, from: string, to: string): void {
  const names = result.moments.map(({ name }) => name).filter(name => takeover.includes(name))
  expect(names).toEqual(takeover)
  expect(result.moments.find(({ name }) => name === 'promoted')?.host).toBe(to)
  expect(result.active.find(({ node }) => node === from)?.during[0]?.fromMs).toBeLessThan(0)
  expect(result.writes).toMatchObject({ lost: 0, corrupt: 0 })
  expect(result.writes.acknowledged).toBeGreaterThan(100)
  expect(result.locks).toEqual([{ nfsVersion: '4.2', result: 'kept' }])
}

test('told to stand by: the other node takes over, and nothing is lost', async () => {
  const [from, to] = [await activeNode(), await passiveNode()]
  expectTakeover(await drill('standby'), from, to)
  expect(await activeNode()).toBe(to)
})

test("the active node's power is cut: the same, and the pair is whole again in the end", async () => {
  const [from, to] = [await activeNode(), await passiveNode()]
  const result = await drill('power-cut')
  expectTakeover(result, from, to)
  expect(result.moments.map(({ name }) => name)).toContain('redundant')
  await nfshaExits(0, 'status', inventory, '--timeout', '5m')
})

test('both nodes keep what was measured, and nothing else of the drills is left anywhere', async () => {
  for (const node of ['m1', 'm2'] as const) {
    expect(await ask(node, 'cat /var/lib/nfsha/drill.json')).toMatch(/"planned".*"crash"/)
    expect(
      await ask(
        node,
        'ls -A /run/nfsha-drill 2>/dev/null; ls -d /srv/nfsha/data/.nfsha-drill-* 2>/dev/null; :',
      ),
    ).toBe('')
  }
  expect(await ask('c1', 'ls -A /run/nfsha-drill 2>/dev/null; grep nfsha-drill /proc/mounts; :')).toBe('')
})
