import { describe, expect, it } from 'vitest'
import { assertSnapshot } from '../../src/lab/restore.ts'

describe('assertSnapshot', () => {
  it('takes one that is there', () => {
    expect(() => assertSnapshot('deployed', ['blank', 'deployed'])).not.toThrow()
  })

  it.each([
    ['nothing', [], [], /no snapshot deployed/, /there is none yet/],
    ['others', ['blank'], [], /no snapshot deployed/, /there are blank/],
    [
      'one of other machines',
      [],
      ['blank', 'deployed'],
      /deployed is of other machines/,
      /lab up --from blank/,
    ],
  ] as const)('refuses where there is %s', (_, names, ofOtherMachines, message, fix) => {
    expect(() => assertSnapshot('deployed', names, ofOtherMachines)).toThrow(
      expect.objectContaining({
        code: 'refused',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(fix),
      }),
    )
  })
})
