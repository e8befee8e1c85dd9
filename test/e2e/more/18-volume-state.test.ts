import { beforeEach, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import { ask, type GuestName, nodes, on, until } from '../support/hosts.ts'
import { keepAs, labAt, takeUp } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode, untilUpToDate } from '../support/pair.ts'
import { variant } from '../support/variant.ts'

/*
 * A volume that a client's root has filled: what the cluster keeps there has room of its own, so locks of each
 * version survive moves and power cuts. And a file system that says that it is damaged.
 */

const roots = variant('state', doc => {
  doc.setIn(['exports', 0, 'options'], ['rw', 'sync', 'no_subtree_check', 'no_root_squash'])
  // Few, so that a guest can use them up.
  doc.setIn(['volumes', 'data', 'mkfs-options'], ['-N', '2048'])
  doc.setIn(['nfs'], { v3: true, v40: true })
})

const versions = ['3', '4.0', '4.2'] as const

/** Each test begins with a volume that nobody has filled, and with a client that holds nothing. */
beforeEach(async () => {
  keepEvidence()
  if (await takeUp('state', roots)) return
  await labAt('packages')
  await nfshaExits(0, 'deploy', roots, '--yes')
  await keepAs('state', roots)
})

/** One lock a version, held by a process on the client; each writes what it thinks of it. */
async function holdLocks(): Promise<void> {
  for (const version of versions)
    await ask(
      'c1',
      `mkdir -p /mnt/v${version}
mountpoint -q /mnt/v${version} || mount -t nfs -o vers=${version},hard 192.168.0.219:/srv/nfsha/data /mnt/v${version}
setsid perl -e '
use Fcntl; open my $file, "+>>", "/mnt/v${version}/lock-${version}" or die $!;
my $lock = pack "s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0; fcntl $file, F_SETLK, $lock or die $!;
open my $told, ">", "/tmp/held-${version}"; sleep 3600' >/dev/null 2>&1 &
:`,
    )
  for (const version of versions)
    await until(
      `the lock over ${version} is held`,
      120,
      () => ask('c1', `ls /tmp/held-${version} 2>/dev/null || :`),
      text => text !== '',
    )
}

/** The locks on the node that serves, and that no client lost one. */
async function expectLocks(): Promise<void> {
  await until(
    'all locks were reclaimed',
    300,
    async () => ask(await activeNode(), `grep -c 'POSIX *ADVISORY *WRITE' /proc/locks || :`),
    count => Number(count) >= versions.length,
  )
  expect((await on('c1', "dmesg | grep -i 'lost .* locks'")).stdout).toBe('')
  const active = await activeNode()
  await ask(active, '[ -p /run/rpc_pipefs/nfsd/cld ]')
  expect((await on(active, 'journalctl -b -u nfsdcld | grep -i "disk is full"')).stdout).toBe('')
}

async function move(): Promise<void> {
  await nfshaExits(0, 'switchover', roots, '--yes')
  await expectLocks()
}

/** Cuts the power of the node that serves; the other one takes over, and it comes back. */
async function powerCut(): Promise<void> {
  const active = await activeNode()
  const other: GuestName = active === 'm1' ? 'm2' : 'm1'
  await nfshaExits(0, 'lab', 'fault', 'power-cut', active, '--inventory', roots)
  await until(
    `${other} serves`,
    600,
    async () => (await on(other, 'cat /proc/fs/nfsd/threads; ip -o -4 addr show em1')).stdout,
    text => /^[1-9]/.test(text) && text.includes('192.168.0.219/'),
  )
  await nfshaExits(0, 'lab', 'fault', 'power-on', active, '--inventory', roots)
  await untilUpToDate()
  await expectLocks()
}

/** Nearly all of the volume, on the node that serves: an emulated client would write for minutes. */
const most = `cd /srv/nfsha/data
n=0; for size in 256M 128M 64M 32M 16M 8M 4M 2M 1M; do n=$((n+1)); fallocate -l $size most.$n 2>/dev/null || rm -f most.$n; done; sync -f .`

/** What a client's root does to it then. */
const fills = {
  full: 'n=0; while dd if=/dev/zero of=/mnt/v4.2/rest.$n bs=64k count=16 oflag=sync 2>/dev/null; do n=$((n+1)); done; dd if=/dev/zero of=/mnt/v4.2/last bs=1k oflag=sync 2>/dev/null; :',
  'full but for a few KiB':
    'dd if=/dev/zero of=/mnt/v4.2/rest bs=64k oflag=sync 2>/dev/null; truncate -s -12k /mnt/v4.2/rest; sync; :',
  'out of inodes':
    'n=0; mkdir -p /mnt/v4.2/many; while [ $n -lt 3000 ] && ( : >/mnt/v4.2/many/$n ) 2>/dev/null; do n=$((n+1)); done; :',
}

test.each(Object.entries(fills))('%s: locks survive moves and a power cut', async (what, script) => {
  await activeNode()
  await holdLocks()
  if (what !== 'out of inodes') await ask(await activeNode(), most)
  await ask('c1', script)
  const { stdout } = await nfshaExits(10, 'status', roots, '--timeout', '5m', '--format', 'json')
  expect(stdout).toMatch(/data is (9\d|100) % full/)
  await move()
  await powerCut()
  await move()
})

test('a file system that says it is damaged is told by all, and moves go on', async () => {
  const active = await activeNode()
  await ask(active, 'echo 1 >/sys/fs/ext4/drbd0/trigger_fs_error')
  const asked = async () =>
    (await nfshaExits(10, 'status', roots, '--timeout', '5m', '--format', 'json')).stdout
  expect(await asked()).toContain('says that it is damaged: 1 error')
  await until(
    'the monitor tells it',
    300,
    () => ask(active, 'cat /run/nfsha/monitor/state.json'),
    text => text.includes('"id":"damaged"'),
  )
  await nfshaExits(0, 'switchover', roots, '--yes')
  expect(await asked(), 'the other node knows it from the superblock').toContain('says that it is damaged')
  // As the runbook says.
  const serving = await activeNode()
  for (const node of [await passiveNode(), serving]) await ask(node, 'systemctl stop heartbeat')
  await ask(
    serving,
    'drbdadm primary data && { e2fsck -f -y /dev/drbd0; [ $? -le 1 ]; } && drbdadm secondary data',
  )
  for (const node of nodes) await ask(node, 'systemctl start heartbeat')
  await activeNode()
  await until(
    'all is well again',
    300,
    () => asked().catch(() => 'well'),
    text => !text.includes('damaged'),
  )
})

test('the root disk of the node that would take over is full: no move is planned to it, but it can take over', async () => {
  const active = await activeNode()
  const passive = await passiveNode()
  await on(
    passive,
    'dd if=/dev/zero of=/filler bs=1M 2>/dev/null; dd if=/dev/zero of=/filler2 bs=1k 2>/dev/null; dd if=/dev/zero of=/tmp/filler bs=1k 2>/dev/null',
  )
  const { stderr } = await nfshaExits(5, 'switchover', roots, '--yes')
  expect(stderr).toMatch(/a takeover by m[12] would fail: .*has room for 0 KiB only/)
  expect(await activeNode()).toBe(active)
  const { stdout } = await nfshaExits(10, 'status', roots, '--timeout', '5m')
  expect(stdout).toMatch(/has room for 0 KiB only/)
  // What ipfail does when the active node no longer sees its ping node.
  await ask(active, '/usr/share/heartbeat/hb_standby all')
  await until(
    'the other node serves',
    300,
    async () => (await on(passive, 'cat /proc/fs/nfsd/threads; ip -o -4 addr show em1')).stdout,
    text => /^[1-9]/.test(text) && text.includes('192.168.0.219/'),
  )
  expect(await activeNode()).toBe(passive)
})
