import { beforeEach, describe, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import { allHold, holdOn, holdsOn, letGo, type Version, worstWaits } from '../support/holders.ts'
import { ask, type GuestName, nodes, on, until } from '../support/hosts.ts'
import { labWith } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode, other, untilUpToDate } from '../support/pair.ts'
import { variant } from '../support/variant.ts'

/*
 * What a move may wait for beside the daemons of 23-helpers: systemd itself, which freezes after a crash of its own;
 * a name service that does not answer; clients that have vanished with their locks.
 */

const withV3 = variant('with-v3', doc => doc.setIn(['nfs'], { v3: true, v40: true }))
const versions: readonly Version[] = ['3', '4.0', '4.2']

/** After what the kernel gives up on a question that nobody answers (net/sunrpc); no measure of speed. */
const kernelGivesUpMs = 60_000

/** What the group's script needed for a part of its last start or stop on a node, in milliseconds. */
async function took(node: GuestName, part: string): Promise<number> {
  const line = await ask(node, `dmesg | grep -a 'nfsha: lab ${part} ' | tail -n 1`)
  const [, ms] = / (\d+) ms/.exec(line) ?? []
  if (ms === undefined) throw new Error(`${node} says nothing of ${part}: ${line}`)
  process.stdout.write(`${node}: ${part} ${ms} ms\n`)
  return Number(ms)
}

async function allHoldOn(node: GuestName): Promise<void> {
  await allHold(versions, node)
  process.stdout.write(`longest writes in s: ${JSON.stringify(await worstWaits(versions))}\n`)
}

async function moves(from: GuestName): Promise<void> {
  const to = other(from)
  await nfshaExits(0, 'switchover', withV3, '--to', to, '--yes')
  expect(await activeNode()).toBe(to)
  expect(await took(from, 'stop nfsd')).toBeLessThan(kernelGivesUpMs)
  expect(await took(to, 'start nfsd')).toBeLessThan(kernelGivesUpMs)
}

const fault = (name: string, guest: GuestName) =>
  nfshaExits(0, 'lab', 'fault', name, guest, '--inventory', withV3)

beforeEach(async () => {
  keepEvidence()
  await labWith('with-v3', withV3)
})

describe('systemd stands still after a crash', () => {
  /** Its handler of SIGSEGV freezes it, unless told otherwise (systemd-system.conf(5), CrashReboot=). */
  const crash = (node: GuestName) =>
    ask(
      node,
      `kill -s SEGV 1; for _ in $(seq 60); do case $(cat /proc/1/wchan) in do_wait | *pause) exit 0 ;; esac; sleep 1; done; exit 1`,
    )

  test('on the node that takes the group, which is told; after a power cut as well', async () => {
    const from = await activeNode()
    const to = other(from)
    await holdOn(versions)
    await crash(to)
    await until(
      'status tells',
      300,
      async () => (await nfsha('status', withV3, '--timeout', '5m')).stdout,
      text => /degraded: .*systemd stands still/.test(text),
    )
    await fault('power-cut', from)
    await until(
      `${to} serves`,
      600,
      () => ask(to, 'cat /run/nfsha/group.active 2>/dev/null && echo serves || :'),
      text => text === 'serves',
    )
    expect(await took(to, 'start nfsd')).toBeLessThan(kernelGivesUpMs)
    await allHoldOn(to)
    // Back to the other one, and the dead one is reset.
    await fault('power-on', from)
    await untilUpToDate()
    await moves(to)
    await allHoldOn(from)
    await fault('power-cut', to)
    await fault('power-on', to)
    await untilUpToDate()
    await nfshaExits(0, 'status', withV3, '--timeout', '5m')
    await letGo(versions)
  })

  test('on the node that gives it up', async () => {
    const from = await activeNode()
    await holdOn(versions)
    await crash(from)
    await moves(from)
    await allHoldOn(other(from))
    await letGo(versions)
  })
})

test('a name service that does not answer keeps nobody waiting', async () => {
  // An address that is nobody's, at a hardware address that is nobody's: questions vanish.
  for (const node of nodes)
    await ask(
      node,
      `ip neigh replace 192.168.0.99 lladdr 02:00:00:00:00:99 dev em1 nud permanent
rm -f /etc/resolv.conf; echo nameserver 192.168.0.99 >/etc/resolv.conf`,
    )
  const from = await activeNode()
  await holdOn(versions)
  await moves(from)
  await allHoldOn(other(from))
  await moves(other(from))
  await allHoldOn(from)
  await letGo(versions)
})

test('clients that vanished with their locks keep nobody waiting', async () => {
  const from = await activeNode()
  await holdOn(versions)
  await fault('power-cut', 'c1')
  await moves(from)
  await moves(other(from))
  await fault('power-on', 'c1')
  // Whoever comes back is served as ever.
  await until(
    'c1 is up',
    300,
    async () => (await on('c1', 'echo up')).stdout.trim(),
    text => text === 'up',
  )
  await holdOn(versions)
  for (const version of versions) await holdsOn(version)
  await letGo(versions)
})
