import { beforeEach, expect, test } from 'vitest'
import { ask, nodes, on, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'

beforeEach(() => labAt('deployed'))

const bootId = 'cat /proc/sys/kernel/random/boot_id'

test('both nodes rebooted: the service comes back by itself', async () => {
  const before = await Promise.all(nodes.map(node => ask(node, bootId)))
  await Promise.all(nodes.map(node => on(node, 'systemctl reboot')))
  for (const [index, node] of nodes.entries())
    await until(
      `${node} has booted again`,
      900,
      async () => (await on(node, bootId)).stdout.trim(),
      id => id !== '' && id !== before[index],
    )
  await activeNode()
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
})

test('one node booted alone: it serves', async () => {
  for (const node of nodes) await nfshaExits(0, 'lab', 'fault', 'power-cut', node, '--inventory', inventory)
  await nfshaExits(0, 'lab', 'fault', 'power-on', 'm2', '--inventory', inventory)
  const serving = await until(
    'm2 serves alone',
    900,
    async () =>
      (await on('m2', `ip -o -4 addr show; cat /proc/fs/nfsd/threads; grep ' /srv/nfsha ' /proc/mounts`))
        .stdout,
    text => /192\.168\.0\.219/.test(text) && /\/srv\/nfsha/.test(text),
  )
  expect(serving).toMatch(/^16$/m)
  // One node is down: degraded, not down, and said so.
  await nfshaExits(10, 'status', inventory, '--timeout', '5m')
})
