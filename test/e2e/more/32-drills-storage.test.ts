import { expect, test } from 'vitest'
import { describeHarmless } from '../support/drills.ts'
import { ask, nodes } from '../support/hosts.ts'
import { keepAs, labAt, takeUp } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { variant } from '../support/variant.ts'

/* Faults of nfsd, of the replication and of the disk. */

describeHarmless(['replication-cut', 'replication-slow', 'nfsd-kill', 'nfsd-hang'])

/** The disk below DRBD is a device-mapper device, as an LV is: one that a table of errors can replace. */
const onMapper = variant('on-mapper', doc => {
  doc.setIn(['volumes', 'data', 'disk'], '/dev/mapper/nfsha-lab')
  // The older versions of NFS beside it.
  doc.setIn(['nfs'], { v3: true, v40: true })
})

async function mapped(): Promise<void> {
  if (await takeUp('mapped', onMapper)) return
  await labAt('packages')
  for (const node of nodes)
    await ask(
      node,
      'echo "0 $(blockdev --getsz /dev/vdb) linear /dev/vdb 0" | dmsetup create nfsha-lab && udevadm settle',
    )
  await nfshaExits(0, 'deploy', onMapper, '--yes')
  await keepAs('mapped', onMapper)
}

// Also by a client of NFS 3 and one of 4.0.
describeHarmless(['disk-fail', 'standby'], mapped, onMapper)

const unmanaged = variant('hosts-unmanaged', doc => {
  doc.setIn(['nfs'], { v3: true })
  doc.setIn(['hosts'], { manage: false })
})

/** What check says of the VIP's name, of each node. */
async function vipNames(): Promise<readonly (readonly [string, string])[]> {
  const { stdout } = await nfshaExits(0, 'check', unmanaged, '--format', 'json')
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Record<string, string>[] }
  return checks
    .filter(({ check }) => check === 'vip-name')
    .map(({ node = '', result = '' }) => [node, result])
}

test('where the lock of NFS 3 would be lost for want of a name, check says so', async () => {
  await labAt('deployed')
  const answers = (result: string) => nodes.map(node => [node, result])
  expect(await vipNames()).toEqual(answers('warn'))
  for (const node of nodes) await ask(node, "printf '192.168.0.219\\tnfs-vip\\n' >>/etc/hosts")
  expect(await vipNames()).toEqual(answers('ok'))
})
