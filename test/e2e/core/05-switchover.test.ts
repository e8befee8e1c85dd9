import { beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'
import { expectAllWritten, startWriting, written } from '../support/writer.ts'

/*
 * The service moved there and back on purpose, while a client writes; refused where the target is not
 * fit; a node held, left alone by everything, and released.
 */

let first: GuestName
let second: GuestName

beforeAll(async () => {
  await labAt('deployed')
  first = await activeNode()
  second = await passiveNode()
  await startWriting()
})

interface Moved {
  readonly to: string
  readonly move: {
    readonly parts: readonly { node: string; verb: string; phases: readonly { phase: string }[] }[]
    readonly answersMs: Readonly<Record<string, number>>
  }
}

test('a target that is cut off is refused, naming why, and nothing moves', async () => {
  await ask(second, 'drbdadm disconnect data')
  const { stderr } = await nfshaExits(5, 'switchover', inventory, '--yes')
  expect(stderr).toContain(`data is StandAlone on ${second}`)
  expect(await activeNode()).toBe(first)
  await ask(second, 'drbdadm connect data')
  await until(
    'connected again',
    120,
    () => ask(second, 'cat /proc/drbd'),
    text => /cs:Connected .*ds:UpToDate\/UpToDate/.test(text),
  )
})

test('the service moves, each phase is told live and measured', async () => {
  const before = await written()
  const { stdout, stderr } = await nfshaExits(0, 'switchover', inventory, '--yes', '--format', 'json')
  const { to, move } = JSON.parse(stdout) as Moved
  expect(to).toBe(second)
  expect(move.parts.map(({ node, verb }) => `${node} ${verb}`)).toEqual([`${first} stop`, `${second} start`])
  expect(move.parts[1]?.phases.map(({ phase }) => phase)).toEqual(
    expect.arrayContaining(['promote', 'mount', 'nfsd', 'vip']),
  )
  expect(Object.keys(move.answersMs)).toEqual(['192.168.0.219'])
  expect(stderr).toMatch(new RegExp(`switchover ${second}: start nfsd \\d+ ms`))
  expect(await activeNode()).toBe(second)
  await until(
    'the client writes on',
    120,
    async () => String(await written()),
    text => Number(text) > before + 3,
  )
})

test('a second time there is nothing to do', async () => {
  const { stdout } = await nfshaExits(0, 'switchover', inventory, '--to', second, '--yes')
  expect(stdout).toContain('nothing to do')
})

test('back, and the other node is held: everything leaves it alone', async () => {
  await nfshaExits(0, 'switchover', inventory, '--to', first, '--hold', '--reason', 'new memory', '--yes')
  expect(await activeNode()).toBe(first)
  expect(await ask(second, 'systemctl is-active heartbeat || systemctl is-enabled heartbeat || :')).toBe(
    'inactive\ndisabled',
  )
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
  const { stdout } = await nfsha('status', inventory, '--timeout', '5m')
  expect(stdout).toContain('new memory')
  const refused = await nfshaExits(5, 'switchover', inventory, '--to', second, '--yes')
  expect(refused.stderr).toContain(`${second} is held`)
})

test('released, it takes part again, and nothing is pending', async () => {
  await nfshaExits(0, 'switchover', inventory, '--release', '--yes')
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
  await nfshaExits(0, 'status', inventory, '--timeout', '5m')
})

test('no acknowledged write was lost, in order and once', async () => {
  await expectAllWritten()
  await ask('c1', 'umount /mnt/nfsha')
})
