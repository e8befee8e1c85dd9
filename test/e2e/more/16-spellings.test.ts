import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/hosts.ts'
import { nfsha, nfshaExits, scratch } from '../support/nfsha.ts'
import { ports } from '../support/ports.ts'
import { inventory, variant } from '../support/variant.ts'

/*
 * Names that other programs spell differently, one of every class, in a lab of their own: to systemd the `-` of
 * a volume is a `/`, drbd.conf and sh have keywords, heartbeat makes nodes' names small, exports, fstab and
 * /proc write blanks as octal, and an xfs label has room for six characters of a name.
 */

const directory = join(scratch, 'spellings-lab')
const names = { m1: 'Disk-1.Example', m2: 'esac' } as const
const volumes = {
  'nfs-data': { disk: '/dev/vdb', mount: '/srv/nfs data @1=~x+y' },
  'Disk-0.on_2': { disk: '/dev/vdc', mount: '/srv/Disk-0.on_2', fs: 'xfs' },
} as const
const [blanks, plain] = [`${volumes['nfs-data'].mount}/größe: v-1`, `${volumes['Disk-0.on_2'].mount}/on`]
const mounts = [
  { export: blanks, path: '/mnt/nfs-data of c1/größe', by: 'boot' },
  { export: blanks, path: '/mnt/auto-mount/a @b=c', by: 'automount' },
  { export: plain, path: '/mnt/auto-fs/Disk-0.on_2', by: 'autofs' },
] as const

const other = variant('spellings', doc => {
  doc.setIn(['cluster'], '1-A-b')
  for (const [old, name] of Object.entries(names)) {
    doc.setIn(['nodes', name], doc.getIn(['nodes', old]))
    doc.deleteIn(['nodes', old])
    doc.setIn(['nodes', name, 'ssh'], `127.0.0.1:${ports[old as keyof typeof names] + 70}`)
    // A VLAN's interface has a dot in its name.
    const links = ['nodes', name, 'links']
    doc.setIn([...links, 'em2'], doc.createNode({ nic: 'hb-2.7', address: doc.getIn([...links, 'em2']) }))
  }
  doc.setIn(['vips'], doc.createNode([{ address: '192.168.0.219', names: ['NFS-vip.Example'] }]))
  doc.setIn(['volumes'], doc.createNode(volumes))
  doc.setIn(
    ['exports'],
    doc.createNode([blanks, plain].map(path => ({ path, clients: '192.168.0.0/24', mode: '0777' }))),
  )
  doc.setIn(['clients', 'c1', 'ssh'], `127.0.0.1:${ports.c1 + 70}`)
  doc.setIn(['clients', 'c1', 'mounts'], doc.createNode(mounts))
  doc.setIn(['ssh', 'identity-file'], join(directory, 'ssh', 'id_ed25519'))
  doc.setIn(['ssh', 'known-hosts-file'], join(directory, 'ssh', 'known_hosts'))
  doc.setIn(['secrets'], `file:${join(directory, 'lab.secrets')}`)
  doc.setIn(['lab'], doc.createNode({ directory, disks: [96, 320] }))
})

const tryOn = (guest: string, command: string) =>
  nfsha('lab', 'ssh', '--inventory', other, guest, '--', command)
const onGuest = async (guest: string, command: string) =>
  (await nfshaExits(0, 'lab', 'ssh', '--inventory', other, guest, '--', command)).stdout.trim()

const pair = Object.values(names)

/** The node that is Primary of both volumes, waited for. */
async function activeNode(): Promise<string> {
  const look = async () => {
    const texts = await Promise.all(pair.map(async name => (await tryOn(name, 'cat /proc/drbd')).stdout))
    return pair.filter((_, index) => texts[index]?.match(/ro:Primary\//g)?.length === 2).join(' ')
  }
  return await until('one node is Primary of both volumes', 900, look, text =>
    pair.some(name => name === text),
  )
}

const otherThan = (name: string) => (name === names.m1 ? names.m2 : names.m1)

async function untilHealthy(): Promise<void> {
  await until(
    'the pair is healthy',
    900,
    async () => String((await nfsha('status', other, '--timeout', '5m')).code),
    code => code === '0',
  )
}

/** Writes through each of the client's mounts, and reads it back. */
async function clientWrites(text: string): Promise<void> {
  for (const { path } of mounts)
    expect(await onGuest('c1', `echo '${text}' > '${path}/f' && cat '${path}/f'`), path).toBe(text)
}

beforeAll(async () => {
  await nfshaExits(0, 'lab', 'down', '--inventory', inventory)
  await nfshaExits(0, 'lab', 'up', '--from', 'blank', '--inventory', other)
})

afterAll(async () => {
  await nfshaExits(0, 'lab', 'down', '--inventory', other)
})

test('the pair and its client deploy, serve, and are in sync', async () => {
  await nfshaExits(0, 'deploy', other, '--yes')
  await nfshaExits(0, 'plan', other, '--detailed-exitcode')
  await nfshaExits(0, 'check', other)
  await untilHealthy()
  await nfshaExits(0, 'clients', 'deploy', other, '--yes')
  await clientWrites('written')
})

test('each tool on the nodes has the names as they were given', async () => {
  const active = await activeNode()
  for (const name of pair) {
    expect(await onGuest(name, 'drbdadm sh-resources | tr " " "\\n" | sort')).toBe('Disk-0.on_2\nnfs-data')
    for (const volume of Object.keys(volumes)) {
      const unit = `"$(systemd-escape --template=drbd@.target ${volume})"`
      expect(await onGuest(name, `systemctl is-enabled ${unit}; systemctl is-active ${unit}`)).toBe(
        'enabled\nactive',
      )
      expect(await onGuest(name, `systemctl show -p Before ${unit} | grep -cwF heartbeat.service`)).toBe('1')
    }
    expect(await onGuest(name, 'systemctl --failed --no-legend -q --plain')).toBe('')
  }
  // The kernel's own answer, and not the file's.
  expect(await onGuest(active, 'exportfs -s | cut -d " " -f 1 | sort -u')).toBe(
    [plain, blanks.replaceAll(' ', '\\040')].toSorted().join('\n'),
  )
  expect(await onGuest(active, "findmnt -rno LABEL '/srv/Disk-0.on_2'")).toMatch(/^nfsha-D~[0-9a-f]{4}$/)
  expect(await onGuest('c1', 'cut -d " " -f 1 /run/nfsha-mountwatch/state | sort -u')).toMatch(/^(ok|idle)/)
})

test('the service moves there and back', async () => {
  const first = await activeNode()
  for (const [from, to] of [
    [first, otherThan(first)],
    [otherThan(first), first],
  ] as const) {
    await nfshaExits(0, 'switchover', other, '--to', to, '--yes')
    expect(await activeNode()).toBe(to)
    await clientWrites(`moved from ${from}`)
    await untilHealthy()
  }
})

test('the other node takes over from one whose power is cut, there and back', async () => {
  for (const round of [1, 2]) {
    const active = await activeNode()
    await nfshaExits(0, 'lab', 'fault', 'reset', active, '--inventory', other)
    await until(
      'the other node serves',
      900,
      async () => (await tryOn(otherThan(active), 'cat /proc/drbd')).stdout,
      text => text.match(/ro:Primary\//g)?.length === 2,
    )
    await clientWrites(`round ${round}`)
    await untilHealthy()
  }
})

test('both nodes rebooted, the service comes back, and the plan is in sync', async () => {
  const bootId = 'cat /proc/sys/kernel/random/boot_id'
  const before = await Promise.all(pair.map(name => onGuest(name, bootId)))
  await Promise.all(pair.map(name => tryOn(name, 'systemctl reboot')))
  for (const [index, name] of pair.entries())
    await until(
      `${name} has booted again`,
      900,
      async () => (await tryOn(name, bootId)).stdout.trim(),
      id => id !== '' && id !== before[index],
    )
  await activeNode()
  await untilHealthy()
  await clientWrites('after both')
  await nfshaExits(0, 'plan', other, '--detailed-exitcode')
})

test('taken down, it leaves none of the names behind', async () => {
  await nfshaExits(0, 'clients', 'remove', other, '--yes')
  expect(
    await onGuest(
      'c1',
      "grep -c 192.168.0.219 /proc/mounts /etc/fstab; systemctl list-units --no-legend 'mnt-*'; :",
    ),
  ).toBe('/proc/mounts:0\n/etc/fstab:0')
  await nfshaExits(0, 'destroy', other, '--confirm', '1-A-b')
  for (const name of pair)
    expect(
      await onGuest(
        name,
        'drbdadm sh-resources; find /etc /run/nfsha /var/lib/nfsha -name "*drbd@*" -o -name "*.res"; :',
      ),
      name,
    ).toBe('')
})
