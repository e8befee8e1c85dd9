import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import { ask, nodes, on } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits, start } from '../support/nfsha.ts'
import { activeNode } from '../support/pair.ts'
import { trees } from '../support/tree.ts'
import { inventory } from '../support/variant.ts'

/*
 * A pair is deployed, used, and taken down and away: nothing of nfsha is left, the data are, and a later
 * deploy finds them. Each test goes on from the one before.
 */

const destroy = (code: number, ...more: readonly string[]) => nfshaExits(code, 'destroy', inventory, ...more)
const mount = 'mkdir -p /mnt/x && mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/x'

/**
 * Lines of a tree without what destroy leaves on purpose: the data on the disks, and what is off at boot.
 * Which units are enabled shows in their links below /etc; systemctl's list of them takes long.
 */
function comparable(tree: string): readonly string[] {
  const atBoot =
    /^\/etc\/(?:rc\d\.d\/[SK]\d\dheartbeat|systemd\/system\/multi-user\.target\.wants\/(?:heartbeat|nfs-server)\.service) | enabled enabled$/
  const disk = /^(?:DEVICE|vd[b-z]) |^[0-9a-f]{64} {2}-$/
  return tree.split('\n').filter(line => !atBoot.test(line) && !disk.test(line))
}

/** What a refusal leaves alone: files, links and our memory. The disks of a pair in use are written to. */
const ownLines = (tree: string) =>
  tree.split('\n').filter(line => /^(?:[0-9a-f]{64} {2})?\/(?:etc|usr|var\/lib\/nfsha)/.test(line))
const ownTrees = async () => Object.values(await trees()).map(ownLines)

let before: Readonly<Record<string, string>> = {}

beforeAll(async () => {
  await labAt('packages')
})

test('a pair that has the packages, and nothing else of a cluster, forgets the run that brought them', async () => {
  await nfshaExits(0, 'deploy', inventory, '--yes', '--only', 'time-sync')
  await destroy(0, '--confirm', 'lab')
  expect((await destroy(0, '--confirm', 'lab')).stdout).toContain('nothing to do')
  before = await trees()
})

test('once a deployed pair is in use, destroy wants the right name, and no client there', async () => {
  keepEvidence()
  await nfshaExits(0, 'deploy', inventory, '--yes')
  await ask('c1', `${mount} && echo precious >/mnt/x/file && sync`)
  onTestFinished(async () => void (await on('c1', 'umount /mnt/x')))
  const settled = await ownTrees()
  expect((await destroy(64)).stderr).toContain('--confirm NAME is missing')
  expect((await destroy(5, '--confirm', 'other')).stderr).toContain('the inventory is of the cluster lab')
  const refused = await destroy(5, '--confirm', 'lab')
  expect(refused.stderr).toMatch(/192\.168\.0\.1 .*fix: .*--despite-clients/s)
  expect(await ownTrees()).toEqual(settled)
})

test('it is taken down and away: nothing of it is left but the data', async () => {
  keepEvidence()
  await destroy(0, '--confirm', 'lab')
  const after = await trees()
  for (const node of nodes) {
    expect(comparable(after[node] ?? ''), node).toEqual(comparable(before[node] ?? ''))
    const left = await ask(
      node,
      'grep -rl nfsha /etc /usr/local /var/lib/heartbeat | grep -v nfsha-lab-; ls -d /run/nfsha /var/lib/nfsha /srv/nfsha; :',
    )
    expect(left).toBe('')
    expect(await ask(node, 'grep -c cs: /proc/drbd; systemctl --failed --no-legend --plain; :')).toBe('0')
    expect(await ask(node, 'journalctl -q --no-pager -t nfsha -n 3')).toMatch(
      /\(destroy\) by .*: done; changed .*records-remove/,
    )
  }
})

/** The lab's clocks had no other server than the one that the cluster named. */
const isClean = ({ check, result }: { check: string; result: string }) =>
  result === 'ok' || (check === 'time-sync' && result === 'warn')

test('afterwards there is nothing to do, and check is clean', async () => {
  expect((await destroy(0, '--confirm', 'lab')).stdout).toContain('nothing to do')
  const checked = await nfshaExits(0, 'check', inventory, '--format', 'json')
  const { checks } = JSON.parse(checked.stdout) as { checks: readonly { check: string; result: string }[] }
  expect(checks.filter(one => !isClean(one))).toEqual([])
})

test('deployed again, the data are there, and no side was synced anew', async () => {
  keepEvidence()
  await nfshaExits(0, 'deploy', inventory, '--yes')
  await activeNode()
  expect(await ask('c1', `${mount} && cat /mnt/x/file; umount /mnt/x`)).toBe('precious')
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
})

test('with metadata wiped and packages purged, the data can still be read without DRBD', async () => {
  keepEvidence()
  await destroy(0, '--confirm', 'lab', '--wipe-metadata', '--purge-packages')
  for (const node of nodes) {
    const read =
      'mount -o ro /dev/vdb /mnt && cat /mnt/data/file; umount /mnt; wipefs -n -O TYPE --noheadings /dev/vdb'
    expect((await ask(node, read)).split('\n').map(line => line.trim())).toEqual(['precious', 'ext4'])
    // dpkg(1): the first letter is what is wanted, `u` of a package that nobody wants or knows.
    const wanted = `dpkg -l heartbeat drbd-utils nfs-kernel-server 2>/dev/null | grep -c '^[ihr]'; :`
    expect(await ask(node, wanted)).toBe('0')
  }
  expect((await nfshaExits(3, 'check', inventory)).stdout).toMatch(/ext4/)
})

test('a controller that is killed half-way leaves what the same command finishes', async () => {
  keepEvidence()
  await labAt('deployed')
  await activeNode()
  const killed = start(['destroy', inventory, '--confirm', 'lab'])
  await killed.saw(/heartbeat-stop\[standby\]: .*done/)
  process.kill(killed.pid, 'SIGKILL')
  await killed.ended
  // What ran goes on to its end, and has the lock until then.
  await destroy(0, '--confirm', 'lab', '--lock-timeout', '300')
  for (const node of nodes)
    expect(
      await ask(
        node,
        'grep -rl nfsha /etc /usr/local | grep -v nfsha-lab-; ls -d /run/nfsha /var/lib/nfsha; :',
      ),
    ).toBe('')
})
