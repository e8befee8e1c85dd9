import { beforeEach, describe, expect, test } from 'vitest'
import type { DrillResult } from '../../../src/core/drill.ts'
import { ask, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, start } from '../support/nfsha.ts'
import { inventory } from '../support/variant.ts'

/*
 * Every fault on a healthy pair, without fencing (decisions.md, Write loss): of a single one nothing is
 * lost but by a zombie. What makes two actives must be said, and the loss counted.
 */

beforeEach(() => labAt('deployed'))

async function drill(fault: string): Promise<DrillResult & { readonly exitCode: number }> {
  const done = await nfsha('drill', inventory, '--fault', fault, '--format', 'json')
  const [result] = (JSON.parse(done.stdout) as { readonly drills: readonly DrillResult[] }).drills
  if (result === undefined) throw new Error(`no result: ${done.stderr}`)
  return { ...result, exitCode: done.code }
}

describe.each([
  'clean-stop',
  'heartbeat-kill',
  'heartbeat-freeze',
  'heartbeat-cut',
  'heartbeat-medium-cut:em2',
  'gateway-gone',
  'reboot',
  'service-nic-cut',
  'start-fails',
  'stop-fails',
  'replication-cut',
  'replication-slow',
  'nfsd-kill',
  'nfsd-hang',
  'clock-step',
])('%s', fault => {
  test('loses nothing, and no two nodes are active', async () => {
    const { exitCode, reasons, writes, bothActive } = await drill(fault)
    expect({ exitCode, reasons, bothActive }).toEqual({ exitCode: 0, reasons: [], bothActive: [] })
    expect(writes).toMatchObject({ lost: 0, corrupt: 0 })
  })
})

test('interrupted while a fault lasts: it is healed, and nothing is left', async () => {
  const running = start(['drill', inventory, '--fault', 'heartbeat-freeze'])
  await running.saw(/injecting/)
  await until('heartbeat stands still', 120, stopped, text => text.includes('T'))
  process.kill(running.pid, 'SIGINT')
  expect((await running.ended).code).toBe(130)
  expect(await stopped()).not.toContain('T')
  await until(
    'the pair is healthy',
    300,
    async () => String((await nfsha('status', inventory, '--timeout', '5m')).code),
    code => code === '0',
  )
  expect(await ask('c1', 'grep nfsha-drill /proc/mounts; ls -A /run/nfsha-drill; :')).toBe('')
})

/** The states of heartbeat's processes on both nodes: `T` for one that was stopped. */
async function stopped(): Promise<string> {
  const states = nodes.map(node => ask(node, 'ps -o stat= -C heartbeat; :'))
  return (await Promise.all(states)).join(' ')
}

describe.each(['node-freeze', 'all-cut', 'replication-cut+power-cut'])('%s, without fencing', fault => {
  test('what became of the writes is counted, and two active nodes are told', async () => {
    const { verdict, reasons, writes, bothActive } = await drill(fault)
    expect(writes.acknowledged).toBeGreaterThan(100)
    if (bothActive.length > 0) expect(reasons.join()).toContain('both nodes were active')
    if (writes.lost > 0) expect(reasons.join()).toContain('acknowledged writes are lost')
    expect(verdict).toBe(reasons.length === 0 ? 'passed' : 'failed')
  })
})
