import { expect, it } from 'vitest'
import { partingLog } from '../../src/facts/parting.ts'
import { answer } from './answer.ts'

// Seen in the lab.
const captured = `up 700.50
[  563.384477] drbd data: peer( Secondary -> Unknown ) conn( Connected -> NetworkFailure ) pdsk( UpToDate -> DUnknown ) 
[  650.965104] block drbd0: Split-Brain detected but unresolved, dropping connection!
`

it('tells how long ago the sides parted, by the clock since boot', () => {
  expect(answer(partingLog, captured)).toEqual({
    state: 'present',
    value: [
      {
        agoMs: 137_116,
        text: 'drbd data: peer( Secondary -> Unknown ) conn( Connected -> NetworkFailure ) pdsk( UpToDate -> DUnknown ) ',
      },
      { agoMs: 49_535, text: 'block drbd0: Split-Brain detected but unresolved, dropping connection!' },
    ],
  })
})

it('is absent after a boot', () => {
  expect(answer(partingLog, 'up 3.2\n')).toEqual({ state: 'absent' })
})
