import { expect } from 'vitest'
import { ask, type GuestName, on, until } from './hosts.ts'
import { labAt, labWith } from './lab.ts'
import { nfshaExits } from './nfsha.ts'
import { activeNode } from './pair.ts'
import { inventory, ownInventory, variant } from './variant.ts'

/*
 * A pair under one of the ways of fencing whose nodes lose each other, and a client that appends all the
 * while, each line synced.
 */

/** The inventories of the lab by what prevents two active nodes, and by who decides about a takeover. */
export const fencings = {
  none: inventory,
  witness: ownInventory('lab-witness'),
  stonith: ownInventory('lab-fencing'),
  'by-hand': variant('by-hand', doc => doc.setIn(['fencing', 'takeover'], 'by-hand')),
  delayed: variant('delayed', doc => {
    doc.setIn(['fencing', 'takeover'], 'delayed')
    doc.setIn(['fencing', 'takeover-delay'], '20s')
  }),
} as const

export const m1: GuestName = 'm1'
export const m2: GuestName = 'm2'

/** The deployed pair under a way of fencing, m1 active and a client writing. */
export async function writingUnder(fencing: keyof typeof fencings): Promise<void> {
  await (fencing === 'none' ? labAt('deployed') : labWith(fencing, fencings[fencing]))
  expect(await activeNode()).toBe(m1)
  await startWriting()
}

export const fault = (...words: readonly string[]) => nfshaExits(0, 'lab', 'fault', ...words, '-i', inventory)

/** All that joins m1 to the world: the client loses it too. */
export async function cutOff(): Promise<void> {
  await fault('link-down', 'em1', m1)
  for (const cable of ['em2', 'em3']) await fault('link-down', cable)
}

export async function heal(): Promise<void> {
  await fault('link-up', 'em1', m1)
  for (const cable of ['em2', 'em3']) await fault('link-up', cable)
}

/** Starts the client's writer: a number a line, acknowledged once it is synced. */
async function startWriting(): Promise<void> {
  await ask(
    'c1',
    `mkdir -p /mnt/nfsha && mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha
     rm -f /tmp/stop; : > /tmp/acknowledged
     setsid sh -c 'n=0; while [ ! -e /tmp/stop ]; do n=$((n+1)); echo "$n" >> /mnt/nfsha/log && sync /mnt/nfsha/log && echo "$n" >> /tmp/acknowledged; sleep 0.1; done' >/dev/null 2>&1 &
     :`,
  )
  await writesGoOn()
}

const acknowledged = () => ask('c1', 'wc -l < /tmp/acknowledged')

export async function writesGoOn(): Promise<void> {
  const before = Number(await acknowledged())
  await until('the client writes', 400, acknowledged, text => Number(text) > before + 5)
}

/** Acknowledged lines that the file does not have. Ends the writer. */
export async function lostWrites(): Promise<number> {
  return Number(
    await ask(
      'c1',
      `touch /tmp/stop; sleep 2; sort /tmp/acknowledged > /tmp/a
       timeout 100 sort /mnt/nfsha/log > /tmp/b || exit 1
       comm -23 /tmp/a /tmp/b | wc -l`,
    ),
  )
}

/** Whether somebody on the node itself can write to the volume. */
export async function canWrite(node: GuestName): Promise<boolean> {
  const done = await on(
    node,
    'timeout -s KILL 8 sh -c "echo x > /srv/nfsha/data/$(uname -n) && sync /srv/nfsha/data/$(uname -n)"',
  )
  return done.code === 0
}

export const drbd = (node: GuestName) => ask(node, 'grep cs: /proc/drbd')

export const heartbeatRuns = (node: GuestName) =>
  ask(node, 'cl_status hbstatus >/dev/null 2>&1 && echo yes || echo no')

export async function untilServes(node: GuestName): Promise<void> {
  await until(
    `${node} serves`,
    300,
    () => ask(node, 'ip -o -4 addr show; cat /proc/fs/nfsd/threads 2>/dev/null; :'),
    text => / 192[.]168[.]0[.]219\//.test(text) && /^[1-9]\d*$/m.test(text),
  )
}

/** One node serves, both are in step, and heartbeat lives on both. */
export async function untilReunited(): Promise<GuestName> {
  for (const node of [m1, m2]) {
    await until(
      `${node} answers`,
      400,
      async () => String((await on(node, 'true')).code),
      code => code === '0',
    )
    await until(
      `heartbeat runs on ${node}`,
      400,
      () => heartbeatRuns(node),
      text => text === 'yes',
    )
    await until(
      `${node} is in step`,
      900,
      () => drbd(node),
      text => /cs:Connected .*ds:UpToDate\/UpToDate/.test(text),
    )
  }
  return activeNode()
}
