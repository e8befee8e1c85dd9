import { describe, expect, it } from 'vitest'
import { startFailure } from '../../src/facts/start-failed.ts'

const parse = (stdout: string) => startFailure.parse({ stdout, exitCode: 0 })

describe('startFailure', () => {
  it('reads the phase and what was said', () => {
    expect(parse('phase mount\nreason mount: /srv/nfsha: bad option\n')).toEqual({
      state: 'present',
      value: { phase: 'mount', reason: 'mount: /srv/nfsha: bad option' },
    })
  })

  it.each(['', 'phase mount\n'])('does not guess from a record that is cut short: %j', stdout => {
    expect(parse(stdout)).toMatchObject({ state: 'unknown' })
  })
})
