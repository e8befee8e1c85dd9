import { beforeEach, describe, expect, test } from 'vitest'
import { keepEvidence } from '../support/evidence.ts'
import {
  drbd,
  fault,
  fencings,
  lostWrites,
  m1,
  m2,
  untilReunited,
  untilServes,
  writesGoOn,
  writingUnder,
} from '../support/fenced.ts'
import { ask, until } from '../support/hosts.ts'
import { nfsha, nfshaExits } from '../support/nfsha.ts'
import { activeNode } from '../support/pair.ts'

/* What the standby does when the active node is gone without having handed over, where people want a say. */

const kernelLog = () => ask(m2, 'dmesg')

beforeEach(() => keepEvidence())

describe('takeover by hand', () => {
  const file = fencings['by-hand']

  test('waits for the word of a person, says which command gives it, and serves after that', async () => {
    await writingUnder('by-hand')
    await fault('power-cut', m1)
    await until('m2 asks', 300, refusal, text => text.includes('guard-by-hand'))
    expect(await drbd(m2)).toContain('ro:Secondary/')
    const { code, stdout } = await nfsha('status', file, '--timeout', '1m')
    expect({ code, asks: stdout.includes('takeovers are made by hand') }).toEqual({ code: 11, asks: true })
    const command = /^next .*here: (.*)$/m.exec(await refusal())?.[1] ?? 'no command is named'
    expect(stdout).toContain(command)
    await ask(m2, command)
    await untilServes(m2)
    await writesGoOn()
    await fault('power-on', m1)
    expect(await untilReunited()).toBe(m2)
    expect(await lostWrites()).toBe(0)
  })

  test('asks nobody about a planned move', async () => {
    await nfshaExits(0, 'switchover', file, '--yes')
    expect(await activeNode()).toBe(m1)
  })
})

describe('takeover delayed', () => {
  test('leaves people time, and then serves', async () => {
    await writingUnder('delayed')
    await fault('power-cut', m1)
    await until('m2 waits', 300, kernelLog, text => text.includes('taking over in 20 s'))
    expect(await drbd(m2)).toContain('ro:Secondary/')
    await untilServes(m2)
    await writesGoOn()
    await fault('power-on', m1)
    expect(await untilReunited()).toBe(m2)
    expect(await lostWrites()).toBe(0)
  })
})

function refusal(): Promise<string> {
  return ask(m2, 'cat /var/lib/nfsha/guard/refused 2>/dev/null; :')
}
