import { expect, test } from 'vitest'
import { describeHarmless } from '../support/drills.ts'
import { ask, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, start } from '../support/nfsha.ts'
import { inventory } from '../support/variant.ts'

/* Faults of heartbeat and of its media. */

describeHarmless([
  'clean-stop',
  'heartbeat-kill',
  'heartbeat-freeze',
  'heartbeat-cut',
  'heartbeat-medium-cut:em1',
  'heartbeat-medium-cut:em2',
  'gateway-gone',
])

test('interrupted while a fault lasts: it is healed, and nothing is left', async () => {
  await labAt('deployed')
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
