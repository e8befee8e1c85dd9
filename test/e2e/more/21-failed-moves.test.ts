import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, type GuestName, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode, other, untilUpToDate } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'
import { expectAllWritten, startWriting, written } from '../support/writer.ts'

/*
 * Planned moves whose start fails on the target, or on both nodes, while a client writes: the service is where it
 * was, at once, and the command says why. m1 is heartbeat's preferred node, where heartbeat itself does nothing
 * about a start that failed.
 */

const script = '/etc/ha.d/resource.d/nfsha'

/** An rpc.nfsd of ours in front of the real one, which the rehearsal finds and knows nothing against. */
const wrapNfsd = (line: string) =>
  `printf '#!/bin/sh\\n%s\\n' '${line}' >/usr/local/sbin/rpc.nfsd && chmod 0755 /usr/local/sbin/rpc.nfsd &&
sed -i.good 's,^PATH=.*,PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C,' ${script} && ! cmp -s ${script} ${script}.good`

/** What is wrong on the target, as lines of shell that no rehearsal sees; `says` is in the message of the command. */
const flaws = [
  {
    title: 'cannot mount the volume',
    make: `sed -i.good 's/ mount -t ext4 -o noatime,errors=continue / mount -t ext4 -o nosuchoption /' ${script} && ! cmp -s ${script} ${script}.good`,
    says: /\(mount: mount: \/srv\/nfsha: .*bad option/,
  },
  {
    title: 'cannot start nfsd',
    make: wrapNfsd('echo "rpc.nfsd: unable to bind" >&2; exit 1'),
    says: /\(nfsd: .*rpc\.nfsd: unable to bind/,
  },
  {
    title: 'hangs in its start',
    make: wrapNfsd('exec sleep 1000'),
    says: /\(nfsd: .*did not end within \d+ s/,
  },
] as const

const mend = `[ ! -e ${script}.good ] || { cat ${script}.good >${script}; rm ${script}.good; }
rm -f /usr/local/sbin/rpc.nfsd /run/nfsha/start-failed /run/nfsha/peer-start-failed`

beforeAll(async () => {
  await labAt('deployed')
  await startWriting({ pauseSeconds: 0.2 })
})

afterEach(async () => {
  for (const node of nodes) await ask(node, mend)
})

async function servedBy(node: GuestName): Promise<void> {
  if ((await activeNode()) === node) return
  await nfshaExits(0, 'switchover', inventory, '--to', node, '--yes')
  expect(await activeNode()).toBe(node)
}

/** The client goes on where it was. */
async function writesOn(): Promise<void> {
  const before = await written()
  await until(
    'the client writes on',
    300,
    async () => String(await written()),
    text => Number(text) > before + 2,
  )
}

describe.each(flaws)('a target that $title', ({ make, says }) => {
  test.each<GuestName>(['m2', 'm1'])(
    '%s: the service goes back at once, and the command says why',
    async to => {
      await servedBy(other(to))
      await ask(to, make)
      const { stderr } = await nfshaExits(1, 'switchover', inventory, '--to', to, '--yes')
      expect(stderr).toMatch(says)
      expect(stderr).toContain(`it is back on ${other(to)}, which serves`)
      expect(await activeNode()).toBe(other(to))
      await writesOn()
      const { stdout } = await nfshaExits(10, 'status', inventory, '--timeout', '5m')
      expect(stdout).toMatch(new RegExp(`${to}.*its last start of the group failed`))
      // Nobody moves it again: neither heartbeat 30 s later, nor a monitor.
      await new Promise(resolve => setTimeout(resolve, 45_000))
      expect(await activeNode()).toBe(other(to))
    },
  )
})

test('mended, it moves, and nothing is left of it', async () => {
  const from = await activeNode()
  await nfshaExits(0, 'switchover', inventory, '--to', other(from), '--yes')
  await nfshaExits(0, 'status', inventory, '--timeout', '5m')
})

test('a maintenance ends before it takes anything down', async () => {
  const from = await activeNode()
  const [flaw] = flaws
  await ask(other(from), flaw.make)
  const boot = await ask(from, 'cat /proc/sys/kernel/random/boot_id')
  const { stderr } = await nfshaExits(1, 'maintain', inventory, '--node', from, '--reboot', '--yes')
  expect(stderr).toContain(`it is back on ${from}, which serves`)
  expect(await activeNode()).toBe(from)
  expect(await ask(from, 'cat /proc/sys/kernel/random/boot_id')).toBe(boot)
  expect(await ask(from, 'ls /var/lib/nfsha/hold 2>/dev/null || echo none')).toBe('none')
  await writesOn()
})

test('handed over by heartbeat alone: it comes back as well', async () => {
  const from = await activeNode()
  const [flaw] = flaws
  await ask(other(from), flaw.make)
  await ask(from, '/usr/share/heartbeat/hb_standby all')
  await until(
    `${other(from)} has tried`,
    300,
    () => ask(other(from), 'cat /run/nfsha/start-failed 2>/dev/null || :'),
    text => text.startsWith('phase mount'),
  )
  expect(await activeNode()).toBe(from)
  await writesOn()
})

test('neither node can start it: said at once, with each reason and what to run', async () => {
  await untilUpToDate()
  const from = await activeNode()
  const to = other(from)
  const [mount, nfsd] = flaws
  await ask(to, mount.make)
  await ask(from, nfsd.make)
  const { stderr, code } = await nfsha('switchover', inventory, '--to', to, '--yes')
  expect(code).toBe(1)
  expect(stderr).toMatch(/neither node serves/)
  expect(stderr).toMatch(mount.says)
  expect(stderr).toMatch(nfsd.says)
  expect(stderr).toContain('/usr/share/heartbeat/hb_takeover all')
  const { stdout } = await nfshaExits(11, 'status', inventory, '--timeout', '5m')
  expect(stdout).toMatch(/hb_takeover all/)
  for (const node of nodes) await ask(node, mend)
  await ask(from, '/usr/share/heartbeat/hb_takeover all')
  expect(await activeNode()).toBe(from)
  await writesOn()
})

test('no acknowledged write was lost, in order and once', async () => {
  await expectAllWritten()
  await ask('c1', 'umount /mnt/nfsha')
})
