import { beforeAll, expect, test } from 'vitest'
import { ask, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { activeNode } from '../support/pair.ts'

/*
 * The cheapest proof that somebody watches: nfsd is killed, and comes back by itself where it was.
 */

beforeAll(() => labAt('deployed'))

test('nfsd without threads is started anew on the same node', async () => {
  const active = await activeNode()
  await until(
    'the monitor finds all well',
    120,
    () => ask(active, 'cat /run/nfsha/monitor/state.json'),
    state => state.includes('"health":"well"'),
  )
  await ask(active, 'rpc.nfsd 0')
  await until(
    'nfsd has threads again',
    240,
    () => ask(active, 'cat /proc/fs/nfsd/threads'),
    threads => Number(threads) > 0,
  )
  expect(await activeNode()).toBe(active)
  expect(await ask(active, 'journalctl -u nfsha-monitor -o cat --no-pager')).toMatch(
    /event=restart .*nfsd has no threads/,
  )
})
