import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, on, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits, scratch } from '../support/nfsha.ts'
import { ports } from '../support/ports.ts'
import { inventory, variant } from '../support/variant.ts'

/*
 * The lab itself: what the other tests stand on.
 */

const guests: readonly GuestName[] = ['m1', 'm2', 'c1']
const lab = (...words: readonly string[]) => nfshaExits(0, 'lab', ...words, '--inventory', inventory)
const carrier = (guest: GuestName, nic: string) => ask(guest, `cat /sys/class/net/${nic}/carrier`)
const reaches = async (guest: GuestName, address: string) =>
  (await on(guest, `ping -c 1 -W 5 ${address} > /dev/null`)).code === 0

interface LabJson {
  readonly state: string
  readonly snapshots: readonly string[]
  readonly machines: readonly { readonly name: string; readonly state: string; readonly pid?: number }[]
  readonly switches: readonly { readonly pid?: number }[]
}

async function labStatus(file = inventory): Promise<LabJson> {
  return JSON.parse((await nfshaExits(0, 'lab', 'status', '--inventory', file, '--format', 'json')).stdout)
}

/** Numbers of the processes that a status names. */
function pidsOf(status: LabJson): readonly number[] {
  return [...status.machines, ...status.switches].flatMap(({ pid }) => pid ?? [])
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

beforeAll(() => labAt('blank'))
afterAll(() => labAt('blank'))

test('machines have the names, NICs and addresses of the inventory', async () => {
  for (const guest of guests) expect(await ask(guest, 'uname -n')).toBe(guest)
  const addresses = await ask('m1', `ip -4 -brief address | awk '$1 ~ /^em/ { print $1, $2, $3 }'`)
  expect(addresses).toBe('em1 UP 192.168.0.210/24\nem2 UP 172.16.0.210/24\nem3 UP 172.16.100.210/24')
})

test('nodes are bare, and packages are at hand without a network', async () => {
  for (const node of ['m1', 'm2'] as const) {
    const installed = await on(node, 'dpkg -s heartbeat drbd-utils nfs-kernel-server nfs-common chrony')
    expect(installed.stdout).not.toContain('Status: install ok installed')
    expect((await on(node, 'ip route show default')).stdout).toBe('')
    await ask(
      node,
      'apt-get -q update && apt-get -s install heartbeat drbd-utils nfs-kernel-server xfsprogs lvm2',
    )
  }
})

test('a guest has users without a password and with one for sudo', async () => {
  const as = (user: string, command: string) =>
    nfsha('lab', 'ssh', 'm1', '--login', user, '--inventory', inventory, '--', command)
  expect((await as('admin', 'sudo -n id -u')).stdout).toBe('0\n')
  expect((await as('operator', 'sudo -n id -u')).code).toBe(1)
  expect((await as('operator', 'echo operator | sudo -S id -u')).stdout).toBe('0\n')
})

test('everybody reaches everybody, and the nodes’ serial cable carries', async () => {
  for (const address of ['192.168.0.1', '192.168.0.211', '172.16.0.211', '172.16.100.211'])
    expect(await reaches('m1', address)).toBe(true)
  for (const node of ['m1', 'm2'] as const) await ask(node, 'stty -F /dev/ttyS1 raw -echo 19200')
  // A reader that kept this connection's standard error would keep the connection until it ends.
  await ask('m1', '(timeout 90 grep -m 1 -x "over the cable" /dev/ttyS1 > /tmp/heard 2>&1 &)')
  // What comes while nobody has the port open is dropped, and the reader opens it when it gets to run.
  await until(
    'the line',
    60,
    async () => {
      await ask('m2', 'echo over the cable > /dev/ttyS1')
      return ask('m1', 'cat /tmp/heard')
    },
    line => line === 'over the cable',
  )
})

test('a pulled cable shows at its end, and comes back', async () => {
  await lab('fault', 'link-down', 'em2', 'm1')
  expect(await carrier('m1', 'em2')).toBe('0')
  expect(await reaches('m1', '172.16.0.211')).toBe(false)
  expect(await reaches('m1', '172.16.100.211')).toBe(true)
  await lab('fault', 'link-up', 'em2', 'm1')
  expect(await carrier('m1', 'em2')).toBe('1')
  expect(await reaches('m1', '172.16.0.211')).toBe(true)
})

test('a dead switch port is silent: the carrier stays, the others go on', async () => {
  await lab('fault', 'port-down', 'em1', 'm1')
  expect(await carrier('m1', 'em1')).toBe('1')
  expect(await reaches('m1', '192.168.0.1')).toBe(false)
  expect(await reaches('m2', '192.168.0.1')).toBe(true)
  await lab('fault', 'port-up', 'em1', 'm1')
  expect(await reaches('m1', '192.168.0.1')).toBe(true)
})

test('a client’s death does not cut the LAN', async () => {
  await lab('fault', 'power-cut', 'c1')
  expect((await labStatus()).machines.find(({ name }) => name === 'c1')?.state).toBe('off')
  expect(await reaches('m1', '192.168.0.211')).toBe(true)
  await lab('fault', 'power-on', 'c1')
  await until(
    'c1',
    600,
    async () => String((await on('c1', 'true')).code),
    code => code === '0',
  )
})

test('a machine whose power was cut boots again, with what it had flushed', async () => {
  await ask('m2', 'echo kept > /root/flushed; sync')
  await lab('fault', 'power-cut', 'm2')
  await lab('fault', 'power-on', 'm2')
  await until(
    'm2',
    600,
    async () => String((await on('m2', 'true')).code),
    code => code === '0',
  )
  expect(await ask('m2', 'cat /root/flushed')).toBe('kept')
  expect(await ask('m2', 'uname -n')).toBe('m2')
})

test('a frozen machine does nothing, and goes on when thawed', async () => {
  await lab('fault', 'freeze', 'm2')
  expect((await labStatus()).machines.find(({ name }) => name === 'm2')?.state).toBe('paused')
  expect(await reaches('m1', '172.16.0.211')).toBe(false)
  await lab('fault', 'thaw', 'm2')
  expect(await reaches('m1', '172.16.0.211')).toBe(true)
})

test('a snapshot brings back memory, disks and cables, with the clock at now', async () => {
  await ask('m1', 'echo before > /root/marker; echo before > /run/marker')
  await lab('snapshot', 'self-test')
  await ask('m1', 'rm /root/marker /run/marker; sync')
  await lab('fault', 'link-down', 'em3')
  await lab('fault', 'power-cut', 'm2')
  const uptime = 'cut -d " " -f 1 /proc/uptime'
  const reached = Number(await ask('m1', `sleep 20; ${uptime}`))
  await lab('restore', 'self-test')
  // The clock that heartbeat counts deadtime by goes back too; a jump ahead would kill the peer for it.
  expect(Number(await ask('m1', uptime))).toBeLessThan(reached)
  expect(await ask('m1', 'cat /root/marker /run/marker')).toBe('before\nbefore')
  expect(await reaches('m1', '172.16.100.211')).toBe(true)
  const before = Date.now() / 1000
  const clocks = await Promise.all(guests.map(guest => ask(guest, 'date +%s')))
  for (const clock of clocks) {
    expect(Number(clock)).toBeGreaterThanOrEqual(Math.floor(before) - 2)
    expect(Number(clock)).toBeLessThanOrEqual(Date.now() / 1000 + 2)
  }
})

test.each([
  [['restore', 'nothing'], 5, /no snapshot nothing/],
  [['snapshot', 'two words'], 64, /cannot name a snapshot/],
  [['fault', 'earthquake', 'm1'], 64, /no fault earthquake/],
  [['fault', 'power-cut', 'm9'], 64, /no machine m9/],
  [['fault', 'power-cut'], 64, /strikes a machine/],
  [['fault', 'link-down', 'em9'], 64, /no link em9/],
  [['fault', 'link-down', 'em2', 'c1'], 64, /c1 is not on em2/],
  [['fault', 'port-down', 'em2'], 64, /em2 is a cable/],
] as const)('refuses %j', async (words, code, message) => {
  const done = await nfsha('lab', ...words, '--inventory', inventory)
  expect(done.code).toBe(code)
  expect(done.stderr).toMatch(message)
  expect(done.stderr).toMatch(/fix: /)
})

test('a second lab runs beside the first, with ports and a directory of its own', async () => {
  const second = variant('second-lab', doc => {
    doc.setIn(['cluster'], 'second')
    doc.setIn(['lab', 'directory'], join(scratch, 'second-lab'))
    doc.setIn(['lab', 'ports'], {
      m1: ports.m1 + 30,
      m2: ports.m2 + 30,
      c1: ports.c1 + 30,
    })
    doc.setIn(['lab', 'memory'], { node: 384, client: 256 })
    doc.setIn(['lab', 'disks'], [64])
  })
  await nfshaExits(0, 'lab', 'up', '--inventory', second)
  const running = await labStatus(second)
  expect(running.state).toBe('up')
  expect((await labStatus()).state).toBe('up')
  expect((await nfshaExits(0, 'lab', 'ssh', 'm2', '-i', second, '--', 'uname -n')).stdout).toBe('m2\n')
  await nfshaExits(0, 'lab', 'down', '--forget', '--inventory', second)
  expect(pidsOf(running).filter(isRunning)).toEqual([])
  expect((await labStatus(second)).state).toBe('absent')
  expect(await ask('m1', 'uname -n')).toBe('m1')
})

test('a taken port is refused before anything is started', async () => {
  const clash = variant('clashing-lab', doc => {
    doc.setIn(['lab', 'directory'], join(scratch, 'clashing-lab'))
  })
  const done = await nfsha('lab', 'up', '--inventory', clash)
  expect(done.code).toBe(3)
  expect(done.stderr).toMatch(new RegExp(`port ${ports.m1} .* is taken`))
  expect((await labStatus(clash)).machines).toEqual([])
})

test('down leaves no process, and what a crashed run left is cleaned by the next up', async () => {
  const running = pidsOf(await labStatus())
  expect(running).toHaveLength(4)
  await lab('down')
  expect(running.filter(isRunning)).toEqual([])
  expect((await labStatus()).state).toBe('down')

  await lab('up')
  const [first, ...others] = pidsOf(await labStatus())
  if (first === undefined) throw new TypeError('the lab is up')
  process.kill(first, 'SIGKILL')
  await lab('up')
  expect(others.filter(isRunning)).toEqual([])
  expect((await labStatus()).state).toBe('up')
  expect((await labStatus()).snapshots).toContain('blank')
  expect(await ask('m2', 'uname -n')).toBe('m2')
})
