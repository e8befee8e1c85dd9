import { describe, expect, it } from 'vitest'
import { hold } from '../../src/facts/hold.ts'
import { runProbe } from './run-probe.ts'

describe('hold', () => {
  it('is absent where there is no marker', () => expect(runProbe(hold)).toEqual({ state: 'absent' }))

  it.each([
    ['by anna since 2026-01-02\nmemory is replaced\n', 'by anna since 2026-01-02 memory is replaced'],
    ['', 'no reason given'],
  ])('reads %j', (stdout, text) => {
    expect(hold.parse({ stdout, exitCode: 0 })).toEqual({ state: 'present', value: { text } })
  })
})
