import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Edit, edited, expectApplied } from '../support/change.ts'
import { ask, nodes, until } from '../support/hosts.ts'
import { labAt } from '../support/lab.ts'
import { nfsha, nfshaExits, scratch } from '../support/nfsha.ts'
import { secretValues } from '../support/secrets.ts'
import { inventory } from '../support/variant.ts'
import { expectAllWritten, startWriting } from '../support/writer.ts'

/*
 * Edits of the inventory of a pair that serves, one on top of the other, while a client writes: each is
 * planned with its promise, applied where the service is, and then in sync.
 */

let rotated: string | undefined

/** New secrets of a running pair, made once; the salt stays. */
function rotateSecrets(): string {
  const path = join(scratch, 'rotated.secrets')
  const [authkey, drbd] = [24, 24].map(bytes => randomBytes(bytes).toString('hex'))
  writeFileSync(path, `salt=${secretValues().get('salt')}\nauthkey=${authkey}\ndrbd=${drbd}\n`, {
    mode: 0o600,
  })
  return path
}

/** A disk of its own that can grow: the second data disk through a device mapping. */
const mapped = (mib: number) => `0 ${mib * 2048} linear /dev/vdc 0`

const changes: readonly Edit[] = [
  {
    title: 'timers and both secrets',
    edit: doc => {
      doc.setIn(['heartbeat', 'deadtime'], '24s')
      doc.setIn(['drbd', 'ping-int'], '4s')
      rotated ??= rotateSecrets()
      doc.set('secrets', `file:${rotated}`)
    },
    steps: ['drbd-config', 'resource-script', 'ha-cf', 'authkeys'],
    promises: [/DRBD takes it over while it runs/, /the service stays where it is/, /go back to the old key/],
    // A new handshake proves that both sides have the same secret.
    holds: `drbdsetup show data | grep -qE 'ping-int[[:space:]]+4;' && grep -q '^deadtime 24' /etc/ha.d/ha.cf &&
      drbdadm disconnect data && drbdadm connect data && drbdadm wait-connect data >/dev/null &&
      cl_status nodestatus m1 | grep -q active && cl_status nodestatus m2 | grep -q active && echo yes`,
  },
  {
    title: 'an export, threads, a volume and a VIP added',
    prepare: `modprobe dm-mod && echo '${mapped(160)}' | dmsetup create grow && udevadm settle`,
    edit: doc => {
      const everybody = { clients: '192.168.0.0/24', mode: '0777' }
      doc.addIn(['exports'], doc.createNode({ path: '/srv/nfsha/more', ...everybody }))
      doc.addIn(['exports'], doc.createNode({ path: '/srv/logs/app', ...everybody }))
      doc.setIn(['volumes', 'logs'], doc.createNode({ disk: '/dev/mapper/grow', mount: '/srv/logs' }))
      doc.setIn(['nfs', 'threads'], 12)
      doc.addIn(['vips'], '192.168.0.218')
    },
    steps: [
      ...['drbd-config', 'drbd-create-md', 'drbd-up', 'drbd-initial-sync', 'mkfs', 'mount-point'],
      ...['nfs-config', 'export-directories', 'exports', 'resource-script', 'heartbeat-unit', 'monitor'],
      'serving',
    ],
    promises: [/clients go on without a break/, /only what is missing is started/],
    holds: `mountpoint -q /srv/logs && exportfs -s | grep -q /srv/logs/app && exportfs -s | grep -q /srv/nfsha/more &&
      [ "$(cat /proc/fs/nfsd/threads)" -eq 12 ] && ip -o -4 address show | grep -q ' 192[.]168[.]0[.]218/' && echo yes`,
  },
  {
    title: 'a volume grown with its disks',
    prepare: `dmsetup suspend grow && echo '${mapped(300)}' | dmsetup load grow && dmsetup resume grow`,
    edit: () => undefined,
    steps: ['volume-grow'],
    promises: [/clients notice nothing/],
    holds: `[ "$(df --output=size -m /srv/logs | tail -n 1)" -gt 250 ] && [ "$(blockdev --getsize64 /dev/drbd1)" -gt 300000000 ] && echo yes`,
  },
  {
    title: 'an export narrowed past a client',
    edit: doc => doc.setIn(['exports', 1, 'clients'], '192.168.0.9'),
    refused: {
      use: `mkdir -p /mnt/more && mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/more /mnt/more && ls /mnt/more`,
      says: [/192\.168\.0\.1 .*would lose access to \/srv\/nfsha\/more/],
      end: 'umount /mnt/more',
    },
    // The writer keeps the client known to nfsd, which cannot tell what it has mounted.
    options: ['--despite-clients'],
    steps: ['exports'],
    promises: [/192\.168\.0\.1 .*loses access to \/srv\/nfsha\/more, and gets errors/],
    holds: `exportfs -s | grep '^/srv/nfsha/more ' | grep -q '192[.]168[.]0[.]9(' && echo yes`,
  },
  {
    title: 'the export, the volume and the VIP taken away again',
    edit: doc => {
      doc.deleteIn(['vips', 1])
      doc.deleteIn(['exports', 2])
      doc.deleteIn(['exports', 1])
      doc.deleteIn(['volumes', 'logs'])
    },
    // Linux keeps one connection to a server that it knows by two addresses, so a second mount would not do.
    refused: {
      use: `mkdir -p /mnt/logs
        mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/logs/app /mnt/logs && echo kept >/mnt/logs/file
        setsid bash -c 'exec 9</mnt/logs/file 8<>/dev/tcp/192.168.0.218/2049; sleep 600' >/dev/null 2>&1 &
        echo $! >/tmp/holder; sleep 3`,
      says: [/192\.168\.0\.1 is connected to 192\.168\.0\.218/, /\/srv\/logs\/app is used by 192\.168\.0\.1/],
      end: 'kill -- "-$(cat /tmp/holder)"; sleep 1; umount /mnt/logs; sleep 2',
    },
    steps: ['exports', 'former-vips', 'resource-script', 'heartbeat-unit', 'monitor', 'former-volumes'],
    promises: [/no client has a file open below/, /no client is connected to it/, /other volumes go on/],
    holds: `! exportfs -s | grep -qE '/srv/logs|/srv/nfsha/more' && ! ip -o -4 address show | grep -q ' 192[.]168[.]0[.]218/' &&
      ! mountpoint -q /srv/logs && ! grep -q ' 1: cs:[^U]' /proc/drbd && [ ! -e /etc/drbd.d/logs.res ] &&
      wipefs -n /dev/mapper/grow | grep -q ext4 && echo yes`,
  },
]

beforeAll(async () => {
  await labAt('deployed')
  // The snapshot may be an earlier build's.
  await nfshaExits(0, 'deploy', inventory, '--yes')
  await startWriting({ pauseSeconds: 0.5 })
  await until(
    'the client writes',
    120,
    () => ask('c1', 'tail -n 1 /mnt/nfsha/log 2>/dev/null || :'),
    text => text !== '',
  )
})

describe('applied to a pair that serves, with nothing moved and the client going on', () => {
  test.each(changes)('$title', expectApplied)
})

test('what cannot be done below clients is refused, and nothing is touched', async () => {
  const moved = edited({ title: 'nothing more', edit: () => undefined })
  await nfshaExits(0, 'plan', moved, '--detailed-exitcode')
  const refusedFor = async (sed: string) => {
    const text = readFileSync(moved, 'utf8')
    const path = join(scratch, 'change-refused.yml')
    const [from = '', to = ''] = sed.split(' -> ')
    writeFileSync(path, text.replace(from, to))
    const { code, stderr } = await nfsha('deploy', path, '--yes')
    expect(code).toBe(5)
    return stderr
  }
  const narrowed = await refusedFor('clients: 192.168.0.0/24 -> clients: 192.168.0.9')
  expect(narrowed).toMatch(/192\.168\.0\.1 .*would lose access to \/srv\/nfsha\/data/)
  expect(narrowed, 'who only looks through the VIP').not.toMatch(/192\.168\.0\.21\d[^;]* would lose/)
  expect(await refusedFor('disk: /dev/vdb -> disk: /dev/vdc')).toMatch(/runs on \/dev\/vdb/)
  expect(await refusedFor('mount: /srv/nfsha -> mount: /srv/nfsha\n    fs: xfs')).toMatch(/type ext4/)
})

test('no acknowledged write was lost, in order and once', async () => {
  await expectAllWritten()
  for (const node of nodes)
    expect(await ask(node, 'ls /var/lib/nfsha/previous/etc/ha.d')).toContain('ha.cf.1')
})
