import { beforeAll, expect, test } from 'vitest'
import { ask, type GuestName, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { activeNode, passiveNode } from '../support/pair.ts'
import { inventory, variant } from '../support/variant.ts'

/*
 * What somebody changed by hand on a live pair is found by plan, named, and mended by deploy.
 */

let active: GuestName
let passive: GuestName

beforeAll(async () => {
  await labAt('deployed')
  active = await activeNode()
  passive = await passiveNode()
})

interface Edit {
  readonly title: string
  /** Step that must be planned, and where. */
  readonly ref: string
  readonly where: 'active' | 'passive'
  readonly edit: string
  /** Prints `mended` when it is as it should be. */
  readonly mended: string
}

/** Made together: one plan finds them all, one deploy mends them all. */
const edits: readonly Edit[] = [
  {
    title: 'a line added to ha.cf',
    ref: 'ha-cf',
    where: 'passive',
    edit: `echo '# by hand' >> /etc/ha.d/ha.cf`,
    mended: `grep -q 'by hand' /etc/ha.d/ha.cf || echo mended`,
  },
  {
    title: 'the exports file edited and exported anew',
    ref: 'exports',
    where: 'active',
    edit: `sed -i 's/(rw/(ro/' /etc/exports.d/nfsha.exports; exportfs -ra`,
    mended: `exportfs -s | grep -q '[(,]rw[,)]' && echo mended`,
  },
  {
    // The routes themselves the monitor puts back at once: 19-network-tools.
    title: 'the unit of the host routes edited',
    ref: 'host-routes',
    where: 'passive',
    edit: `echo '# by hand' >> /etc/systemd/system/nfsha-routes.service`,
    mended: `grep -q 'by hand' /etc/systemd/system/nfsha-routes.service || echo mended`,
  },
  {
    title: 'a DRBD option changed at run time',
    ref: 'drbd-config',
    where: 'active',
    edit: 'PATH=$PATH:/lib/drbd; $(drbdadm -d net-options data) --ping-int=9',
    mended: `drbdsetup show data | grep -qE 'ping-int[[:space:]]+9;' || echo mended`,
  },
]

/**
 * Services that somebody stopped, by themselves: the NFS server takes the exports with it. The monitor
 * first, or it starts the other one again before anybody looks.
 */
const stopped: readonly Edit[] = [
  {
    title: 'the monitor stopped on the active node',
    ref: 'monitor',
    where: 'active',
    edit: 'systemctl stop nfsha-monitor',
    mended: 'systemctl is-active -q nfsha-monitor && echo mended',
  },
  {
    title: 'the NFS server stopped on the active node',
    ref: 'serving',
    where: 'active',
    edit: 'systemctl stop nfs-server',
    mended: `[ "$(cat /proc/fs/nfsd/threads)" -gt 0 ] && exportfs -s | grep -q /srv/nfsha/data && echo mended`,
  },
]

interface PlanJson {
  readonly steps: readonly {
    readonly ref: string
    readonly hosts: readonly { host: string; diff: { kind: string } }[]
  }[]
}

async function pending(): Promise<readonly string[]> {
  const planned = await nfshaExits(2, 'plan', inventory, '--detailed-exitcode', '--format', 'json')
  return (JSON.parse(planned.stdout) as PlanJson).steps.flatMap(({ ref, hosts }) =>
    hosts
      .filter(({ diff }) => diff.kind === 'change')
      .map(({ host }) => `${ref.replace(/\[.*/, '')} ${host}`),
  )
}

test.each([
  ['files, routes and run-time options changed by hand', edits],
  ['services stopped by hand', stopped],
])('%s are found by plan, mended by deploy, and gone from the next plan; nothing moves', async (_, made) => {
  const nodeOf = ({ where }: Edit) => (where === 'passive' ? passive : active)
  for (const edit of made) await ask(nodeOf(edit), edit.edit)
  expect((await pending()).toSorted()).toEqual(made.map(edit => `${edit.ref} ${nodeOf(edit)}`).toSorted())
  await nfshaExits(0, 'deploy', inventory, '--yes')
  for (const edit of made) expect(await ask(nodeOf(edit), edit.mended), edit.title).toBe('mended')
  await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
  expect(await activeNode()).toBe(active)
})

test('an export added to the inventory appears without interrupting a running write', async () => {
  await ask(
    'c1',
    `mkdir -p /mnt/nfsha && { mountpoint -q /mnt/nfsha || mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha; }
     rm -f /tmp/stop /tmp/failed
     setsid sh -c 'n=0; while [ ! -e /tmp/stop ] && [ "$n" -lt 3000 ]; do n=$((n+1)); echo "$n" >> /mnt/nfsha/appended && sync /mnt/nfsha/appended || touch /tmp/failed; done; echo "$n" > /tmp/count' >/dev/null 2>&1 &
     :`,
  )
  const more = variant('export-added', doc => {
    doc.addIn(['exports'], doc.createNode({ path: '/srv/nfsha/more', clients: '192.168.0.0/24' }))
  })
  await nfshaExits(0, 'deploy', more, '--yes')
  await ask(
    'c1',
    `mkdir -p /mnt/more && mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/more /mnt/more && umount /mnt/more`,
  )
  await ask('c1', 'touch /tmp/stop')
  const count = await until(
    'the writer ends',
    120,
    () => ask('c1', 'cat /tmp/count 2>/dev/null || :'),
    text => text !== '',
  )
  expect(await ask('c1', 'ls /tmp/failed 2>/dev/null || echo none')).toBe('none')
  expect(await ask('c1', 'tail -n 1 /mnt/nfsha/appended')).toBe(count)
  expect(await ask('c1', 'wc -l < /mnt/nfsha/appended')).toBe(count)
})
