import { beforeEach, describe, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import {
  canWrite,
  cutOff,
  drbd,
  fencings,
  heal,
  heartbeatRuns,
  lostWrites,
  m1,
  m2,
  untilReunited,
  untilServes,
  writesGoOn,
  writingUnder,
} from '../support/fenced.ts'
import { ask, on, until } from '../support/hosts.ts'
import { labWith } from '../support/lab.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { inventory } from '../support/variant.ts'

/* What becomes of data and service in a full partition: without fencing, with a witness and with STONITH. */

describe('a full partition', () => {
  beforeEach(() => keepEvidence())

  test('without fencing makes two active nodes; afterwards neither serves until somebody chooses, and status says so', async () => {
    await writingUnder('none')
    await cutOff()
    await untilServes(m2)
    expect(await drbd(m1)).toContain('ro:Primary/Unknown')
    expect([await canWrite(m1), await canWrite(m2)]).toEqual([true, true])
    await writesGoOn()
    await heal()
    for (const node of [m1, m2])
      await until(
        `${node} gave up`,
        300,
        () => drbd(node),
        text => text.includes('cs:StandAlone ro:Secondary'),
      )
    for (const node of [m1, m2]) {
      // Heartbeat itself starts anew when its peer returns after a partition.
      await until(
        `heartbeat runs on ${node}`,
        300,
        () => heartbeatRuns(node),
        text => text === 'yes',
      )
      expect(await ask(node, 'ls /var/lib/nfsha/guard')).toContain('data.split-brain')
    }
    expect((await nfsha('status', inventory, '--timeout', '5m')).code).toBe(12)
    // Whose data to keep: m2's, which the client wrote to last. The way that the refusal names.
    await ask(m1, 'drbdadm disconnect data; drbdadm connect --discard-my-data data')
    await ask(m2, 'drbdadm connect data')
    await until(
      'the victim is synced',
      600,
      () => drbd(m1),
      text => text.includes('ds:UpToDate/UpToDate'),
    )
    for (const node of [m1, m2]) await ask(node, 'rm -f /var/lib/nfsha/guard/data.split-brain')
    // Both have the same data now: whichever heartbeat gives the group to.
    await ask(m2, '/usr/share/heartbeat/hb_takeover all')
    await untilReunited()
    expect(await lostWrites()).toBe(0)
  })

  test('with a witness has one active node: the other is frozen, resets itself, and comes back as the standby', async () => {
    await writingUnder('witness')
    await cutOff()
    await untilServes(m2)
    expect(await canWrite(m1)).toBe(false)
    expect(await drbd(m2)).toContain('ds:UpToDate/Outdated')
    await writesGoOn()
    await heal()
    expect(await untilReunited()).toBe(m2)
    expect(await lostWrites()).toBe(0)
    expect(await ask(m1, 'ls /var/lib/nfsha/guard')).not.toContain('split-brain')
  })

  test('with STONITH has one survivor: the node that is cut off is reset, and resets nobody', async () => {
    await writingUnder('stonith')
    const boot = () => on(m1, 'cat /proc/sys/kernel/random/boot_id')
    const before = (await boot()).stdout
    await cutOff()
    await untilServes(m2)
    await writesGoOn()
    await heal()
    expect(await untilReunited()).toBe(m2)
    expect((await boot()).stdout).not.toBe(before)
    expect(await lostWrites()).toBe(0)
  })

  test('and back without fencing, nothing of the devices is left on the nodes', async () => {
    await labWith('stonith', fencings.stonith)
    await nfshaExits(0, 'deploy', inventory, '--yes')
    await nfshaExits(0, 'plan', inventory, '--detailed-exitcode')
    const left = 'ls /etc/ha.d /etc/drbd.d /usr/lib/stonith/plugins/external'
    for (const node of [m1, m2]) {
      expect(await ask(node, left)).not.toMatch(/stonith-device|nfsha-fence-peer|^nfsha$/m)
      expect(await ask(node, 'find /var/lib/nfsha/previous -name "stonith-device*" 2>/dev/null; :')).toBe('')
      expect(await heartbeatRuns(node)).toBe('yes')
    }
  })
})
