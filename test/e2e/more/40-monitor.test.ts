import { beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, nodes, on, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode, other, passiveNode, untilUpToDate } from '../support/pair.ts'
import { variant } from '../support/variant.ts'

/*
 * What heartbeat does not see: the service fails on a node that lives. The monitor with short times,
 * and with a hook that writes down what it is told.
 */

/**
 * The file system of the volume answers every write with EIO from now on, as after an error of the disk
 * (EXT4_IOC_SHUTDOWN, fs/ext4/ext4.h). Not by remounting it: nfsdcld has its database open for writing.
 */
const breakVolume = `perl -e 'open my $volume, "<", "/srv/nfsha" or die $!; my $how = pack "L", 0; ioctl $volume, 0x8004587d, $how or die $!'`

const hook = '/usr/local/bin/nfsha-told'
const told = '/var/tmp/nfsha-told'

const watched = variant('monitor', doc => {
  doc.setIn(['monitor'], {
    interval: '2s',
    'check-timeout': '20s',
    failures: 2,
    pause: '3min',
    'start-patience': '45s',
    'release-timeout': '30s',
    notify: { command: hook },
  })
})

const toldOn = (node: GuestName) => ask(node, `cat ${told} 2>/dev/null || :`)
const stateOf = (node: GuestName) => ask(node, 'cat /run/nfsha/monitor/state.json')

/** Waits until exactly the named node serves, and its monitor finds all well. */
async function servedBy(node: GuestName): Promise<void> {
  await until(
    'the group has moved',
    900,
    () => activeNode(),
    active => active === node,
  )
  await until(
    'all is well there',
    300,
    () => stateOf(node),
    state => state.includes('"health":"well"'),
  )
  await untilUpToDate()
}

/** The pair as it was deployed with this monitor: m1 serves, nothing was told yet. */
beforeAll(async () => {
  await labAt('deployed')
  for (const node of nodes)
    await ask(
      node,
      `printf '#!/bin/sh\necho "$NFSHA_EVENT: $NFSHA_TEXT" >>${told}\n' >${hook}; chmod 755 ${hook}; rm -f ${told}`,
    )
  await nfshaExits(0, 'deploy', watched, '--yes')
  await servedBy(await activeNode())
  await nfshaExits(0, 'lab', 'snapshot', 'monitor', '--inventory', watched)
})

const fresh = async () => {
  await nfshaExits(0, 'lab', 'up', '--from', 'monitor', '--inventory', watched)
  await servedBy(await activeNode())
}

test('a monitor that was stopped is drift', async () => {
  await nfshaExits(0, 'plan', watched, '--detailed-exitcode')
  await ask('m2', 'systemctl stop nfsha-monitor')
  await nfshaExits(2, 'plan', watched, '--detailed-exitcode')
  await nfshaExits(0, 'deploy', watched, '--yes')
  await nfshaExits(0, 'status', watched, '--timeout', '5m')
})

test('nfsd runs without nfsdcld: told by all, and mended by deploy where it is', async () => {
  await fresh()
  const active = await activeNode()
  // As on a node where nfsdcld was late. The monitor would take the moment without threads for a failure.
  await ask(
    active,
    `systemctl stop nfsha-monitor nfsdcld
     echo 0 >/proc/fs/nfsd/threads
     unshare --uts sh -c 'echo nfsha-lab >/proc/sys/kernel/hostname && exec rpc.nfsd'
     systemctl start nfsdcld nfsha-monitor
     [ ! -e /run/rpc_pipefs/nfsd/cld ]`,
  )
  const { stdout } = await nfshaExits(10, 'status', watched, '--timeout', '5m', '--format', 'json')
  expect(JSON.parse(stdout)).toMatchObject({
    reason: expect.stringContaining('nfsd does not record its clients through nfsdcld'),
    next: expect.stringContaining('nfsha deploy'),
  })
  await until(
    'it was told',
    300,
    () => toldOn(active),
    text => /^clients-not-recorded:/m.test(text),
  )
  const done = await nfshaExits(0, 'deploy', watched, '--yes')
  expect(done.stdout).toMatch(/restart the NFS server in place for a record of its clients/)
  expect(await activeNode(), 'nothing moved').toBe(active)
  await ask(active, '[ -p /run/rpc_pipefs/nfsd/cld ]')
  await until(
    'it is over',
    300,
    () => toldOn(active),
    text => /^clients-not-recorded-over:/m.test(text),
  )
  await nfshaExits(0, 'status', watched, '--timeout', '5m')
})

test('a volume that cannot be written: handed over, once', async () => {
  await fresh()
  const active = await activeNode()
  await ask(active, breakVolume)
  await servedBy(other(active))
  expect(await toldOn(active)).toMatch(/^hand-over: .*cannot write to \/srv\/nfsha/m)
  // It must not come back by itself: longer than its failures and a move take.
  await new Promise(resolve => setTimeout(resolve, 60_000))
  expect(await activeNode()).toBe(other(active))
  expect((await toldOn(active)).match(/^hand-over:/gm)).toHaveLength(1)
  expect(await toldOn(other(active))).not.toMatch(/^hand-over:/m)
})

test('the start fails on the preferred node: served on the other', async () => {
  await fresh()
  const active = await activeNode()
  if (active === 'm1') {
    await ask('m1', '/usr/share/heartbeat/hb_standby all')
    await servedBy('m2')
  }
  await ask('m1', 'chmod 0644 /usr/sbin/rpc.nfsd')
  await ask('m2', '/usr/share/heartbeat/hb_standby all')
  await until(
    'm1 has tried',
    300,
    () => toldOn('m1'),
    text => /^not-served:/m.test(text),
  )
  await servedBy('m2')
  expect(await toldOn('m1')).toMatch(/^hand-over: .*its start failed here/m)
})

test('handed over to a peer that cannot start it: back at once, told, and it stays', async () => {
  await fresh()
  const active = await activeNode()
  await ask(other(active), 'chmod 0644 /usr/sbin/rpc.nfsd')
  await ask(active, breakVolume)
  await until(
    'it was told that it came back',
    600,
    () => toldOn(active),
    text => /^came-back: .*could not start it \(nfsd: /m.test(text),
  )
  // Mounted afresh, the volume can be written.
  await servedBy(active)
  expect(await toldOn(other(active))).toMatch(/^hand-over: .*its start failed here \(nfsd: /m)
  // What ails it now is no reason to try that peer once more.
  await ask(active, breakVolume)
  await until(
    'it was told that it stays',
    300,
    () => toldOn(active),
    text => /^stuck: .*could not start it \(nfsd: /m.test(text),
  )
  expect((await toldOn(active)).match(/^hand-over:/gm)).toHaveLength(1)
})

test('a peer that is not there: stays, tells, and hands over when it is back', async () => {
  await fresh()
  const active = await activeNode()
  const passive = await passiveNode()
  await ask(passive, 'systemctl stop heartbeat')
  await until(
    'heartbeat calls it dead',
    300,
    () => ask(active, `cl_status nodestatus ${passive} || :`),
    status => status === 'dead',
  )
  await ask(active, breakVolume)
  await until(
    'it was told',
    300,
    () => toldOn(active),
    text => /^stuck: .*is dead/m.test(text),
  )
  expect(await toldOn(active)).not.toMatch(/^hand-over:/m)
  expect(await activeNode()).toBe(active)
  await ask(passive, 'systemctl start heartbeat')
  await servedBy(passive)
})

test('the disk hangs, and giving up with it: the node is reset, the other serves', async () => {
  await fresh()
  const active = await activeNode()
  const boot = await ask(active, 'cat /proc/sys/kernel/random/boot_id')
  await ask(active, 'drbdadm suspend-io data')
  await until(
    `${active} was reset`,
    900,
    async () => (await on(active, 'cat /proc/sys/kernel/random/boot_id')).stdout.trim(),
    id => id !== '' && id !== boot,
  )
  await servedBy(other(active))
})

test('nfsd killed: started anew on the same node, and told', async () => {
  await fresh()
  const active = await activeNode()
  await ask(active, 'rpc.nfsd 0')
  await until(
    'it was told',
    300,
    () => toldOn(active),
    text => /^restarted:/m.test(text),
  )
  await servedBy(active)
})
