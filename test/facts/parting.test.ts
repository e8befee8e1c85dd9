import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { partingLog } from '../../src/facts/parting.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

// Seen in the lab: all that the kernel said, from the cut to the heal.
const captured = `[  563.383567] drbd data: PingAck did not arrive in time.
[  563.384477] drbd data: peer( Secondary -> Unknown ) conn( Connected -> NetworkFailure ) pdsk( UpToDate -> DUnknown )
[  563.385207] block drbd0: new current UUID DE709E8FEDB1849B:C88553A2677868E5:0000000000000000:0000000000000000
[  563.416633] drbd data: receiver terminated
[  563.416686] drbd data: conn( Unconnected -> WFConnection )
[  590.100000] block drbd0: role( Secondary -> Primary )
[  650.726713] drbd data: conn( WFConnection -> WFReportParams )
[  650.747898] block drbd0: uuid_compare()=100 by rule 90
[  650.748030] block drbd0: helper command: /sbin/drbdadm initial-split-brain minor-0
[  650.965104] block drbd0: Split-Brain detected but unresolved, dropping connection!
[  651.210475] nfsha: DRBD data: split-brain
[  651.845941] drbd data: conn( WFReportParams -> NetworkFailure )
[  652.010865] drbd data: conn( Disconnecting -> StandAlone )
[  658.872096] nfsha: lab data was given up by m2 with data that are not here
[  722.601743] nfsha: lab will not promote data: a split-brain was seen here (guard-split-brain). Next: drbdadm connect
`

let bin = ''
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'nfsha-dmesg-'))
})
afterEach(() => rmSync(bin, { recursive: true }))

it('keeps of the kernel log what tells how the sides parted', () => {
  writeFileSync(join(bin, 'captured'), captured)
  writeFileSync(join(bin, 'dmesg'), `#!/bin/sh\ncat ${join(bin, 'captured')}\n`)
  chmodSync(join(bin, 'dmesg'), 0o755)
  const found = runProbe(partingLog, 'sh', `${bin}:${process.env.PATH}`)
  if (found.state !== 'present') throw new Error(JSON.stringify(found))
  expect(found.value.map(({ text }) => text)).toEqual([
    'drbd data: peer( Secondary -> Unknown ) conn( Connected -> NetworkFailure ) pdsk( UpToDate -> DUnknown )',
    'block drbd0: role( Secondary -> Primary )',
    'block drbd0: Split-Brain detected but unresolved, dropping connection!',
    'nfsha: DRBD data: split-brain',
    'drbd data: conn( Disconnecting -> StandAlone )',
    'nfsha: lab data was given up by m2 with data that are not here',
  ])
})

it('tells how long ago that was, by the clock since boot', () => {
  const stdout = 'up 700.50\n[  650.965104] block drbd0: Split-Brain detected but unresolved\n'
  expect(answer(partingLog, stdout)).toEqual({
    state: 'present',
    value: [{ agoMs: 49_535, text: 'block drbd0: Split-Brain detected but unresolved' }],
  })
})

it('is absent after a boot', () => {
  expect(answer(partingLog, 'up 3.2\n')).toEqual({ state: 'absent' })
})
