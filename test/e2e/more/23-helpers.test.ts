import { beforeEach, describe, expect, test } from 'vitest'
import { describeHarmless } from '../support/drills.ts'
import { keepEvidence } from '../support/evidence.ts'
import { ask, type GuestName, nodes, until } from '../support/hosts.ts'
import { labAt, labWith } from '../support/lab.ts'
import { nfshaExits } from '../support/nfsha.ts'
import { passiveNode } from '../support/pair.ts'
import { variant } from '../support/variant.ts'

/*
 * The daemons beside nfsd, stopped and killed, on the node that gives the group up and on the one that takes it,
 * while clients of every version hold locks. The stalls are in the reports of the drills.
 */

const withV3 = variant('with-v3', doc => doc.setIn(['nfs'], { v3: true, v40: true }))
const kept = variant('portmapper-kept', doc => doc.setIn(['nfs'], { portmapper: 'keep' }))

const version3 = () => labWith('with-v3', withV3)

describe('with NFS 3, 4.0 and 4.2', () => {
  describeHarmless(
    [
      'helper-frozen:rpcbind@giver',
      'helper-frozen:rpcbind@taker',
      'helper-dead:rpcbind@giver',
      'helper-dead:rpcbind@taker',
      'helper-frozen:statd@giver',
      'helper-dead:statd@giver',
      'helper-frozen:mountd@giver',
      'helper-frozen:mountd@taker',
      'helper-dead:mountd@taker',
      'helper-frozen:nfsdcld@giver',
      'helper-dead:nfsdcld@giver',
      'helper-frozen:idmapd@taker',
      'helper-frozen:dbus@taker',
      'helper-frozen:chrony@giver',
    ],
    version3,
    withV3,
  )
})

describe('with NFS 4 alone', () => {
  describeHarmless(['helper-frozen:mountd@taker', 'helper-frozen:nfsdcld@giver'])
  describeHarmless(
    ['helper-frozen:rpcbind@taker', 'helper-frozen:rpcbind@giver'],
    async () => {
      await labWith('portmapper-kept', kept)
      // Whoever keeps it has something of theirs that starts it.
      for (const node of nodes) await ask(node, 'systemctl start rpcbind.service')
    },
    kept,
  )

  test('no node has a portmapper, nor can one be started by accident', async () => {
    await labAt('deployed')
    for (const node of nodes) {
      expect(
        await ask(
          node,
          'systemctl start rpcbind.socket rpc-statd.service; pgrep -x "rpcbind|rpc.statd" || echo none',
        ),
      ).toBe('none')
      expect(await ask(node, 'ss -Hltn "sport = :111"')).toBe('')
    }
  })
})

/** A client of NFS 3 takes a lock and gives it back: lockd watches it for minutes from then on. */
const lockAndGiveBack = `mkdir -p /mnt/v3 && mount -t nfs -o vers=3,hard 192.168.0.219:/srv/nfsha/data /mnt/v3 &&
flock /mnt/v3/given-back true && umount /mnt/v3 && echo done`

describe('a client of NFS 3 that has come and gone', () => {
  beforeEach(async () => {
    keepEvidence()
    await version3()
  })

  test('costs a planned move no minute of lockd, which asks nobody who is not there', async () => {
    expect(await ask('c1', lockAndGiveBack)).toBe('done')
    const giver = (await passiveNode()) === 'm1' ? 'm2' : 'm1'
    await nfshaExits(0, 'switchover', withV3, '--yes')
    const log = await ask(giver, 'dmesg | grep -a "nfsha: lab stop nfsd" | tail -n 1')
    // No measure of speed, but the kernel's time-out for each client that it cannot sign off (net/sunrpc).
    const [, took = ''] = /stop nfsd (\d+) ms/.exec(log) ?? []
    expect(took).not.toBe('')
    expect(Number(took)).toBeLessThan(60_000)
    expect(await ask(giver, 'systemctl is-failed rpc-statd.service || :')).not.toBe('failed')
  })
})

test('the monitor wakes mountd where it stands by, and starts it anew where it has died', async () => {
  await version3()
  const node = await passiveNode()
  await ask(node, 'pkill -STOP -x rpc.mountd')
  await untilMountdWorks(node)
  await ask(node, 'pkill -KILL -x rpc.mountd')
  await untilMountdWorks(node)
})

async function untilMountdWorks(node: GuestName): Promise<void> {
  await until(
    `mountd works on ${node}`,
    300,
    () => ask(node, 'ps -o stat= -C rpc.mountd || echo none'),
    state => /^S/.test(state),
  )
}
