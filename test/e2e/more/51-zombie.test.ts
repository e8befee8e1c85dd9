import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import {
  canWrite,
  drbd,
  fault,
  lostWrites,
  m1,
  m2,
  untilReunited,
  untilServes,
  writesGoOn,
  writingUnder,
} from '../support/fenced.ts'
import { ask, until } from '../support/hosts.ts'
import { nfsha } from '../support/nfsha.ts'
import { inventory } from '../support/variant.ts'

/* Old data and old nodes, with fencing: what stood still or was cut off does not serve them. */

describe.each(['witness', 'stonith'] as const)('a zombie, with fencing %s', fencing => {
  beforeEach(() => keepEvidence())

  test('writes nothing after the other one served, and comes back as the standby', async () => {
    await writingUnder(fencing)
    await fault('freeze', m1)
    await untilServes(m2)
    await writesGoOn()
    await nfsha('lab', 'fault', 'thaw', m1, '-i', inventory)
    expect(await canWrite(m1)).toBe(false)
    expect(await untilReunited()).toBe(m2)
    expect(await lostWrites()).toBe(0)
  })
})

describe('replication cut, then the active node dies', () => {
  beforeAll(() => writingUnder('witness'))

  test('the standby has older data, says so, and does not serve them', async () => {
    keepEvidence()
    await fault('link-down', 'em3')
    await until(
      'm2 is outdated',
      120,
      () => drbd(m2),
      text => text.includes('ds:Outdated/'),
    )
    await writesGoOn()
    await fault('power-cut', m1)
    await until(
      'm2 refuses',
      300,
      () => ask(m2, 'cat /var/lib/nfsha/guard/refused 2>/dev/null; :'),
      text => text.includes('guard-disk'),
    )
    expect(await drbd(m2)).toContain('ro:Secondary/')
    await fault('power-on', m1)
    await fault('link-up', 'em3')
    await untilReunited()
    expect(await lostWrites()).toBe(0)
  })
})
