import { describe, expect, it } from 'vitest'
import { promotionGuard } from '../../src/facts/guard.ts'
import { runProbe } from './run-probe.ts'

const parse = (stdout: string) => promotionGuard.parse({ stdout, exitCode: 0 })

describe('promotionGuard', () => {
  it('is absent where it never had anything to say', () => {
    expect(runProbe(promotionGuard)).toEqual({ state: 'absent' })
  })

  it('reads marks and the last refusal', () => {
    const stdout = [
      'mark data.superseded',
      'mark data.split-brain',
      'refused resource data',
      'refused reason guard-split-brain data has an unresolved split-brain',
      'refused next nfsha status',
    ].join('\n')
    expect(parse(stdout)).toEqual({
      state: 'present',
      value: {
        marks: ['data.split-brain', 'data.superseded'],
        refused: {
          id: 'guard-split-brain',
          reason: 'data has an unresolved split-brain',
          next: 'nfsha status',
        },
      },
    })
  })

  it('is absent again once all marks are gone', () => {
    expect(parse('')).toEqual({ state: 'absent' })
  })
})
