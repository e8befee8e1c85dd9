import { beforeAll, describe, expect, test } from 'vitest'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits, start } from '../support/nfsha.ts'
import { activeNode } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'

/*
 * The controller killed in the middle of a step: what runs on the nodes runs on, the lock it left is
 * recognised, and running the same command again finishes.
 */

interface Kill {
  readonly step: string
  readonly from: 'blank' | 'packages'
}

const kills: readonly Kill[] = [
  { step: 'packages', from: 'blank' },
  { step: 'drbd-create-md', from: 'packages' },
  { step: 'mkfs', from: 'packages' },
  { step: 'heartbeat-start', from: 'packages' },
]

describe.each(kills)('the controller killed in $step', ({ step, from }) => {
  beforeAll(() => labAt(from))

  test('running again finishes', async () => {
    const first = start(['deploy', inventory, '--yes'])
    await first.saw(new RegExp(`^\\S+ ${step}\\b`, 'm'))
    process.kill(first.pid, 'SIGKILL')
    await first.ended
    const again = await nfshaExits(0, 'deploy', inventory, '--yes', '--lock-timeout', '1200')
    expect(again.stderr).toMatch(/stale|waiting for the lock/)
    await activeNode()
    await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
    expect((await nfsha('status', inventory, '--timeout', '5m')).code).toBe(0)
  })
})
