import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { bareDirectories } from '../../src/facts/bare-directories.ts'
import { ownFiles } from '../../src/facts/own-files.ts'
import { records } from '../../src/facts/records.ts'
import { removal } from '../../src/steps/_install.ts'
import { restoreShipped } from '../../src/steps/_shipped.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

const cluster = exampleCluster()

test.each([
  ['own-files', ownFiles(cluster).script],
  ['bare-directories', bareDirectories(cluster.name, [{ path: '/srv/a b', device: '/dev/drbd0' }]).script],
  ['records', records.script],
  ['purge', removal(['heartbeat']).script],
  ['restore', restoreShipped([{ path: '/etc/x y.conf', shippedBy: 'heartbeat' }]).script],
])('%s passes shellcheck', (_, script) => {
  const check = () =>
    execFileSync('shellcheck', ['-s', 'sh', '-'], { input: script, encoding: 'utf8', stdio: 'pipe' })
  expect(check).not.toThrow()
})
