import { afterAll, beforeAll, expect, test } from 'vitest'
import { nfshaExits } from '../support/nfsha.ts'
import { inventory, ownInventory } from '../support/variant.ts'

const singleNic = ownInventory('lab-single-nic')

beforeAll(async () => {
  await nfshaExits(0, 'lab', 'down', '--inventory', inventory)
  await nfshaExits(0, 'lab', 'up', '--from', 'blank', '--inventory', singleNic)
})

afterAll(async () => {
  await nfshaExits(0, 'lab', 'down', '--inventory', singleNic)
})

test('the single-NIC inventory deploys, serves, and is in sync', async () => {
  await nfshaExits(0, 'check', singleNic)
  await nfshaExits(0, 'deploy', singleNic, '--yes')
  const written = await nfshaExits(
    0,
    ...['lab', 'ssh', '--inventory', singleNic, 'c1', '--'],
    'mkdir -p /mnt/nfsha && mount -t nfs -o vers=4.2,hard 192.168.5.77:/srv/nfsha/data /mnt/nfsha && echo written > /mnt/nfsha/file && cat /mnt/nfsha/file && umount /mnt/nfsha',
  )
  expect(written.stdout).toContain('written')
  await nfshaExits(0, 'plan', singleNic, '--detailed-exitcode')
})
