import { beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits, start } from '../support/nfsha.ts'
import { activeNode, passiveNode } from '../support/pair.ts'
import { inventory } from '../support/variant.ts'
import { expectAllWritten, startWriting } from '../support/writer.ts'

/*
 * Both nodes rebooted and upgraded one after the other, while a client writes; and a maintenance that was
 * broken off.
 */

/** A newer version of a package that nfsha needs, in a package source of its own: the same files, another number. */
const newerPsmisc = `set -e
mkdir -p /srv/newer && cd /srv/newer
apt-get -qq download psmisc
dpkg-deb -R psmisc_*.deb tree && rm psmisc_*.deb
sed -i 's/^Version: .*/&+newer1/' tree/DEBIAN/control
dpkg-deb -b tree psmisc.deb >/dev/null && rm -r tree
{ dpkg-deb -f psmisc.deb; echo 'Filename: ./psmisc.deb'; echo "Size: $(stat -c %s psmisc.deb)"
  echo "SHA256: $(sha256sum psmisc.deb | cut -d' ' -f1)"; } >Packages
echo 'deb [trusted=yes] file:/srv/newer ./' >/etc/apt/sources.list.d/newer.list`

let first: GuestName
let second: GuestName

beforeAll(async () => {
  await labAt('deployed')
  first = await activeNode()
  second = await passiveNode()
  await startWriting({ pauseSeconds: 0.2 })
})

const bootOf = (node: GuestName) => ask(node, 'cat /proc/sys/kernel/random/boot_id')

test('each node is rebooted once, the passive one first, and the service ends where it began', async () => {
  const before = await Promise.all(nodes.map(bootOf))
  const { stdout } = await nfshaExits(0, 'maintain', inventory, '--reboot', '--switch-back', '--yes')
  const told = stdout.split('\n').filter(line => line.includes('is maintained'))
  expect(told.map(line => line.replace(/^lab: (m[12]) .*/, '$1'))).toEqual([second, first])
  const after = await Promise.all(nodes.map(bootOf))
  for (const [index] of nodes.entries()) expect(after[index]).not.toBe(before[index])
  expect(await activeNode()).toBe(first)
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
  await nfshaExits(0, 'status', inventory, '--timeout', '5m')
})

test('broken off while a node boots, the same command goes on and reboots it no second time', async () => {
  const words = ['maintain', inventory, '--node', second, '--reboot', '--yes']
  const running = start(words)
  await running.saw(/went down; waiting for it to come back/)
  process.kill(running.pid, 'SIGKILL')
  await running.ended
  await until(
    'the node is back',
    300,
    () => ask(second, 'systemctl is-system-running || :').catch(() => ''),
    text => /running|degraded/.test(text),
  )
  const boot = await bootOf(second)
  expect(await ask(second, 'cat /var/lib/nfsha/hold')).toContain('maintenance')
  await nfshaExits(0, ...words)
  expect(await bootOf(second)).toBe(boot)
  await nfshaExits(0, 'status', inventory, '--timeout', '5m')
})

test('packages are upgraded on one node after the other, and clients notice one switchover', async () => {
  for (const node of nodes) await ask(node, newerPsmisc)
  const [here, there] = [await activeNode(), await passiveNode()]
  const { stdout } = await nfshaExits(0, 'maintain', inventory, '--upgrade', '--yes')
  const told = stdout.split('\n').filter(line => line.includes('is maintained'))
  expect(told.map(line => line.replace(/^lab: (m[12]) .*/, '$1'))).toEqual([there, here])
  for (const node of nodes)
    expect(await ask(node, `dpkg-query -W -f '\${Version}' psmisc`)).toMatch(/\+newer1$/)
  expect(await activeNode()).toBe(there)
  await nfshaExits(0, 'status', inventory, '--timeout', '5m')
})

test('no acknowledged write was lost, in order and once', async () => {
  await expectAllWritten()
  await ask('c1', 'umount /mnt/nfsha')
})
