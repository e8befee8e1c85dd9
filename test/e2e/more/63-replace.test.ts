import { beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode, untilUpToDate } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'
import { expectAllWritten, startWriting } from '../support/writer.ts'

/*
 * The active and preferred node is lost, and a bare machine of its name comes in its place, while a client
 * writes: it joins, and gets everything from the survivor.
 */

let lost: GuestName
let survivor: GuestName

beforeAll(async () => {
  await labAt('deployed')
  // The snapshot may be an earlier build's.
  await nfshaExits(0, 'deploy', inventory, '--yes')
  lost = await activeNode()
  survivor = await passiveNode()
  await startWriting({ pauseSeconds: 0.5 })
  await until(
    'the client writes',
    120,
    () => ask('c1', 'tail -n 1 /mnt/nfsha/log 2>/dev/null || :'),
    text => text !== '',
  )
})

interface PlanJson {
  readonly steps: readonly {
    readonly ref: string
    readonly hosts: readonly {
      readonly host: string
      readonly diff: { readonly kind: string; readonly risk?: string; readonly promise?: string }
    }[]
  }[]
}

test('a bare machine in the place of a lost node joins as the target, and nobody else is touched', async () => {
  await nfshaExits(0, 'lab', 'fault', 'replace', lost, '--inventory', inventory)
  await until(
    'the survivor serves',
    300,
    () => ask(survivor, 'cat /run/nfsha/group.active >/dev/null 2>&1 && echo yes || echo no'),
    text => text === 'yes',
  )
  await until(
    'the bare machine answers',
    300,
    () => ask(lost, 'systemctl is-system-running || :').catch(() => ''),
    text => /running|degraded/.test(text),
  )
  const { stdout } = await nfshaExits(2, 'plan', inventory, '--detailed-exitcode', '--format', 'json')
  const { steps } = JSON.parse(stdout) as PlanJson
  const changes = steps.flatMap(({ ref, hosts }) =>
    hosts.filter(({ diff }) => diff.kind === 'change').map(({ host, diff }) => ({ ref, host, ...diff })),
  )
  expect(changes.filter(({ host }) => host === survivor)).toEqual([])
  expect(changes.filter(({ risk }) => risk === 'destructive').map(({ ref }) => ref)).toEqual([
    'drbd-create-md[data]',
  ])
  expect(changes.find(({ ref }) => ref === 'drbd-create-md[data]')?.promise).toContain(`${survivor} fills it`)
  await nfshaExits(0, 'deploy', inventory, '--yes')
  expect(await ask(survivor, 'cat /run/nfsha/group.active >/dev/null 2>&1 && echo yes')).toBe('yes')
})

test('until it has all data it is no target of a switchover', async () => {
  const refused = await nfsha('switchover', inventory, '--to', lost, '--yes')
  const isWhole = /UpToDate\/UpToDate/.test(await ask(survivor, 'cat /proc/drbd'))
  expect(isWhole || refused.code === 5, refused.stderr).toBe(true)
})

test('then it has what the survivor has, takes over, and no acknowledged write was lost', async () => {
  await untilUpToDate()
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
  if ((await activeNode()) === survivor) await nfshaExits(0, 'switchover', inventory, '--to', lost, '--yes')
  expect(await activeNode()).toBe(lost)
  await expectAllWritten()
  await ask('c1', 'umount /mnt/nfsha')
})
