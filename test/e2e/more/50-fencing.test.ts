import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import { ask, type GuestName, on, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode } from '../support/pair.ts'
import { inventory, ownInventory } from '../support/variant.ts'

/*
 * What becomes of data and service when the nodes lose each other, without fencing, with a witness and
 * with STONITH: a full partition and a zombie. A client appends all the while, each line synced.
 */

const witness = ownInventory('lab-witness')
const stonith = ownInventory('lab-fencing')

const m1: GuestName = 'm1'
const m2: GuestName = 'm2'

const fault = (...words: readonly string[]) => nfshaExits(0, 'lab', 'fault', ...words, '-i', inventory)

/** All that joins m1 to the world: the client loses it too. */
async function cutOff(): Promise<void> {
  await fault('link-down', 'em1', m1)
  for (const cable of ['em2', 'em3']) await fault('link-down', cable)
}

async function heal(): Promise<void> {
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

async function writesGoOn(): Promise<void> {
  const before = Number(await acknowledged())
  await until('the client writes', 400, acknowledged, text => Number(text) > before + 5)
}

/** Acknowledged lines that the file does not have. */
async function lostWrites(): Promise<number> {
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
async function canWrite(node: GuestName): Promise<boolean> {
  const done = await on(
    node,
    'timeout -s KILL 8 sh -c "echo x > /srv/nfsha/data/$(uname -n) && sync /srv/nfsha/data/$(uname -n)"',
  )
  return done.code === 0
}

const drbd = (node: GuestName) => ask(node, 'grep cs: /proc/drbd')
const heartbeatRuns = (node: GuestName) =>
  ask(node, 'cl_status hbstatus >/dev/null 2>&1 && echo yes || echo no')

async function untilServes(node: GuestName): Promise<void> {
  await until(
    `${node} serves`,
    300,
    () => ask(node, 'ip -o -4 addr show; cat /proc/fs/nfsd/threads 2>/dev/null; :'),
    text => / 192[.]168[.]0[.]219\//.test(text) && /^[1-9]\d*$/m.test(text),
  )
}

/** One node serves, both are in step, and heartbeat lives on both. */
async function untilReunited(): Promise<GuestName> {
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

/** The pair of lab.yml with a fencing inventory deployed over it, m1 active and a client writing. */
async function deployed(file: string): Promise<void> {
  await labAt('deployed')
  if (file !== inventory) {
    await nfshaExits(0, 'lab', 'up', '--inventory', file)
    await nfshaExits(0, 'deploy', file, '--yes')
    await nfshaExits(0, 'plan', file, '--detailed-exitcode')
  }
  expect(await activeNode()).toBe(m1)
  await startWriting()
}

describe('a full partition', () => {
  beforeEach(() => keepEvidence())

  test('without fencing makes two active nodes; afterwards neither serves until somebody chooses, and status says so', async () => {
    await deployed(inventory)
    await cutOff()
    await untilServes(m2)
    expect(await drbd(m1)).toContain('ro:Primary/Unknown')
    expect([await canWrite(m1), await canWrite(m2)]).toEqual([true, true])
    await writesGoOn()
    await heal()
    for (const node of [m1, m2])
      await until(
        `${node} gave up`,
        300,
        () => drbd(node),
        text => text.includes('cs:StandAlone ro:Secondary'),
      )
    for (const node of [m1, m2]) {
      expect(await heartbeatRuns(node)).toBe('yes')
      expect(await ask(node, 'ls /var/lib/nfsha/guard')).toContain('data.split-brain')
    }
    expect((await nfsha('status', inventory, '--timeout', '5m')).code).toBe(12)
    // Whose data to keep: m2's, which the client wrote to last. The way that the refusal names.
    await ask(m1, 'drbdadm disconnect data; drbdadm connect --discard-my-data data')
    await ask(m2, 'drbdadm connect data')
    await until(
      'the victim is synced',
      600,
      () => drbd(m1),
      text => text.includes('ds:UpToDate/UpToDate'),
    )
    for (const node of [m1, m2]) await ask(node, 'rm -f /var/lib/nfsha/guard/data.split-brain')
    await ask(m2, 'touch /var/lib/nfsha/guard/data.chosen; /usr/share/heartbeat/hb_takeover all')
    expect(await untilReunited()).toBe(m2)
    expect(await lostWrites()).toBe(0)
  })

  test('with a witness has one active node: the other is frozen, resets itself, and comes back as the standby', async () => {
    await deployed(witness)
    await cutOff()
    await untilServes(m2)
    expect(await canWrite(m1)).toBe(false)
    expect(await drbd(m2)).toContain('ds:UpToDate/Outdated')
    await writesGoOn()
    await heal()
    expect(await untilReunited()).toBe(m2)
    expect(await lostWrites()).toBe(0)
    expect(await ask(m1, 'ls /var/lib/nfsha/guard')).not.toContain('split-brain')
  })

  test('with STONITH has one survivor: the node that is cut off is reset, and resets nobody', async () => {
    await deployed(stonith)
    const boot = () => on(m1, 'cat /proc/sys/kernel/random/boot_id')
    const before = (await boot()).stdout
    await cutOff()
    await untilServes(m2)
    await writesGoOn()
    await heal()
    expect(await untilReunited()).toBe(m2)
    expect((await boot()).stdout).not.toBe(before)
    expect(await lostWrites()).toBe(0)
  })
})

describe.each([
  ['a witness', witness],
  ['STONITH', stonith],
])('a zombie, with %s', (_, file) => {
  beforeEach(() => keepEvidence())

  test('writes nothing after the other one served, and comes back as the standby', async () => {
    await deployed(file)
    await fault('freeze', m1)
    await untilServes(m2)
    await writesGoOn()
    await nfsha('lab', 'fault', 'thaw', m1, '-i', inventory)
    expect(await canWrite(m1)).toBe(false)
    expect(await untilReunited()).toBe(m2)
    expect(await lostWrites()).toBe(0)
  })
})

describe('replication cut, then the active node dies', () => {
  beforeAll(() => deployed(witness))

  test('the standby has older data, says so, and does not serve them', async () => {
    keepEvidence()
    await fault('link-down', 'em3')
    await until(
      'm2 is outdated',
      120,
      () => drbd(m2),
      text => text.includes('ds:Outdated/'),
    )
    await writesGoOn()
    await fault('power-cut', m1)
    await until(
      'm2 refuses',
      300,
      () => ask(m2, 'cat /var/lib/nfsha/guard/refused 2>/dev/null; :'),
      text => text.includes('guard-disk'),
    )
    expect(await drbd(m2)).toContain('ro:Secondary/')
    await fault('link-up', 'em3')
    await fault('power-on', m1)
    await untilReunited()
    expect(await lostWrites()).toBe(0)
  })
})
