import { beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode, untilUpToDate } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'
import { expectAllWritten, startWriting, written } from '../support/writer.ts'

/*
 * Heartbeat stopped on the active node: everything moves, the client's write goes on; and back.
 */

let first: GuestName
let second: GuestName

beforeAll(async () => {
  await labAt('deployed')
  first = await activeNode()
  second = await passiveNode()
  await startWriting()
})

/** The client's writes go on: more lines than there were. */
async function writesGoOn(): Promise<void> {
  const before = await written()
  await until(
    'the client writes',
    300,
    async () => String(await written()),
    text => Number(text) > before + 3,
  )
}

async function moves(from: GuestName, to: GuestName): Promise<void> {
  await writesGoOn()
  await ask(from, 'systemctl stop heartbeat')
  expect(await activeNode()).toBe(to)
  await writesGoOn()
  expect(await ask(to, 'exportfs -s')).toContain('/srv/nfsha/data')
  await ask(from, 'systemctl start heartbeat')
  await untilUpToDate()
  await until(
    'heartbeat sees both nodes',
    300,
    () => ask(to, `cl_status nodestatus "$(uname -n)"; for n in m1 m2; do cl_status nodestatus $n; done; :`),
    text => !/dead|init/.test(text),
  )
}

test('VIP, DRBD primary, mount and export move, and the client goes on writing', () => moves(first, second))

test('and back', () => moves(second, first))

test('no acknowledged write was lost, in order and once', async () => {
  await expectAllWritten()
})

test('both sides hold the same data: drbdadm verify finds no difference, and neither do checksums', async () => {
  const active = await activeNode()
  await untilUpToDate()
  await ask('c1', 'umount /mnt/nfsha')
  await ask(active, 'drbdadm verify data')
  const verified = await until(
    'verify ends',
    900,
    () => ask(active, 'grep -A1 cs: /proc/drbd'),
    text => /cs:Connected/.test(text),
  )
  expect(verified).toMatch(/oos:0\b/)
  // At rest: nobody mounts the device, so both backing disks hold the same data area.
  for (const node of [await passiveNode(), active]) await ask(node, 'systemctl stop heartbeat')
  const sums = await Promise.all(
    nodes.map(node =>
      ask(
        node,
        `size=$(blockdev --getsize64 /dev/drbd0); head -c "$size" /dev/vdb | sha256sum | cut -d' ' -f1`,
      ),
    ),
  )
  expect(sums[0]).toBe(sums[1])
  for (const node of nodes) await ask(node, 'systemctl start heartbeat')
  await activeNode()
})

test('nothing is pending after all this', async () => {
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
})
