import { describe, expect, it } from 'vitest'
import { nfsHelpers } from '../../src/facts/nfs-helpers.ts'
import { runProbe } from './run-probe.ts'

const probe = nfsHelpers({ lockdPort: 32803 })
const parse = (lines: readonly string[]) => probe.parse({ stdout: `${lines.join('\n')}\n`, exitCode: 0 })

describe('nfsHelpers', () => {
  it('reads what each runs with', () => {
    expect(
      parse([
        'mountd 20048 yes',
        'statd 32765 /srv/nfsha/.nfsha/statd',
        'nfsdcld runs',
        'lockd 32803 no',
        'end',
      ]),
    ).toEqual({
      state: 'present',
      value: {
        mountd: { port: 20048, v3: true },
        statd: { port: 32765, directory: '/srv/nfsha/.nfsha/statd' },
        nfsdcld: true,
        lockd: { port: 32803, listens: false },
      },
    })
  })

  it('reads no number of the kernel byte by byte: it would be cut', () => {
    expect(probe.script).not.toMatch(/read [^\n]*<\/proc\/sys\//)
  })

  it('leaves out what does not run', () => {
    expect(parse(['end'])).toEqual({ state: 'present', value: { nfsdcld: false } })
  })

  it('does not guess from half an answer', () => {
    expect(parse(['mountd 20048 yes'])).toMatchObject({ state: 'unknown' })
  })

  it('runs under the real sh', () => {
    expect(runProbe(probe).state).not.toBe('absent')
  })
})
