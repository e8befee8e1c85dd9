import { beforeAll, expect, test } from 'vitest'
import { ask } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { variant } from '../support/variant.ts'

beforeAll(() => labAt('packages'))

test('a full initial sync is waited for when asked, with progress seen, and leaves nothing out of sync', async () => {
  const file = variant('full-sync', doc => doc.setIn(['volumes', 'data', 'initial-sync'], 'full'))
  const deployed = await nfshaExits(0, 'deploy', file, '--yes', '--wait-sync')
  expect(deployed.stderr).toMatch(/\d+(\.\d+)? ?%/)
  expect(await ask('m1', 'cat /proc/drbd')).toMatch(/ds:UpToDate\/UpToDate.*oos:0\b/s)
  await nfshaExits(0, 'plan', file, '--detailed-exitcode')
})
