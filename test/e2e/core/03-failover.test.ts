import { beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode, untilUpToDate } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'

/*
 * Heartbeat stopped on the active node: everything moves, the client's write goes on; and back.
 */

let first: GuestName
let second: GuestName

beforeAll(async () => {
  await labAt('deployed')
  first = await activeNode()
  second = await passiveNode()
  await ask(
    'c1',
    `mkdir -p /mnt/nfsha && { mountpoint -q /mnt/nfsha || mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha; }
     rm -f /tmp/stop /tmp/failed /tmp/count /mnt/nfsha/log
     setsid sh -c 'n=0; while [ ! -e /tmp/stop ] && [ "$n" -lt 20000 ]; do n=$((n+1)); { echo "$n" >> /mnt/nfsha/log && sync /mnt/nfsha/log; } || touch /tmp/failed; done; echo "$n" > /tmp/count' >/dev/null 2>&1 &
     :`,
  )
})

const written = () => ask('c1', 'tail -n 1 /mnt/nfsha/log 2>/dev/null')

/** The client's writes go on: more lines than there were. */
async function writesGoOn(): Promise<void> {
  const before = Number(await written())
  await until('the client writes', 300, written, text => Number(text) > before + 3)
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
  await ask('c1', 'touch /tmp/stop')
  const count = await until(
    'the writer ends',
    300,
    () => ask('c1', 'cat /tmp/count 2>/dev/null || :'),
    text => text !== '',
  )
  expect(await ask('c1', 'ls /tmp/failed 2>/dev/null || echo none')).toBe('none')
  expect(await ask('c1', `seq ${count} | cmp - /mnt/nfsha/log && echo same`)).toBe('same')
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
