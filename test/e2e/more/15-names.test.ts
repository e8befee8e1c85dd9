import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nfshaExits, scratch } from '../support/nfsha.ts'
import { ports } from '../support/ports.ts'
import { inventory, variant } from '../support/variant.ts'

/*
 * A pair of other names and sizes than lab.yml's, in a lab of its own: heartbeat makes names small
 * (domain.md), DRBD and `uname -n` keep them as they are.
 */

const directory = join(scratch, 'names-lab')
const names = { m1: 'NFS-Alpha', m2: 'Beta2' } as const
const other = variant('names', doc => {
  doc.setIn(['cluster'], 'Mixed-Case')
  for (const [old, name] of Object.entries(names)) {
    doc.setIn(['nodes', name], doc.getIn(['nodes', old]))
    doc.deleteIn(['nodes', old])
    doc.setIn(['nodes', name, 'ssh'], `127.0.0.1:${ports[old as keyof typeof names] + 60}`)
  }
  doc.setIn(['clients', 'c1', 'ssh'], `127.0.0.1:${ports.c1 + 60}`)
  doc.setIn(['volumes', 'Data'], doc.getIn(['volumes', 'data']))
  doc.deleteIn(['volumes', 'data'])
  doc.setIn(['ssh', 'identity-file'], join(directory, 'ssh', 'id_ed25519'))
  doc.setIn(['ssh', 'known-hosts-file'], join(directory, 'ssh', 'known_hosts'))
  doc.setIn(['secrets'], `file:${join(directory, 'lab.secrets')}`)
  doc.setIn(['lab'], doc.createNode({ directory, disks: [96], memory: { node: 512, client: 320 } }))
})

const onGuest = async (guest: string, command: string) =>
  (await nfshaExits(0, 'lab', 'ssh', '--inventory', other, guest, '--', command)).stdout.trim()

const mounted = `mkdir -p /mnt/nfsha
mountpoint -q /mnt/nfsha || mount -t nfs -o vers=4.2,hard 192.168.0.219:/srv/nfsha/data /mnt/nfsha`

beforeAll(async () => {
  await nfshaExits(0, 'lab', 'down', '--inventory', inventory)
  await nfshaExits(0, 'lab', 'up', '--from', 'blank', '--inventory', other)
})

afterAll(async () => {
  await nfshaExits(0, 'lab', 'down', '--inventory', other)
})

test('the pair deploys, serves, and is in sync', async () => {
  expect(await onGuest(names.m1, 'uname -n')).toBe(names.m1)
  await nfshaExits(0, 'deploy', other, '--yes')
  await nfshaExits(0, 'plan', other, '--detailed-exitcode')
  await nfshaExits(0, 'check', other)
  const status = await nfshaExits(0, 'status', other, '--timeout', '5m', '--format', 'json')
  expect(JSON.parse(status.stdout)).toMatchObject({ verdict: 'healthy' })
  expect(await onGuest('c1', `${mounted} && echo written > /mnt/nfsha/f && cat /mnt/nfsha/f`)).toBe('written')
})

test('the service moves when heartbeat stops on the active node', async () => {
  const isActive = async (name: string) => (await onGuest(name, 'cat /proc/drbd')).includes('ro:Primary/')
  const [active, passive] = (await isActive(names.m1)) ? [names.m1, names.m2] : [names.m2, names.m1]
  await onGuest(active, 'systemctl stop heartbeat')
  expect(await onGuest('c1', 'echo again > /mnt/nfsha/f && cat /mnt/nfsha/f')).toBe('again')
  expect(await isActive(passive)).toBe(true)
})
