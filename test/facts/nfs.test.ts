import { describe, expect, it } from 'vitest'
import { nfsServer } from '../../src/facts/nfs.ts'
import { runProbe } from './run-probe.ts'

const parse = (stdout: string) => nfsServer.parse({ stdout, exitCode: 0 })

describe('nfsServer', () => {
  it.each(['dash', 'bash'])('is absent where no nfsd runs, under %s', shell => {
    expect(runProbe(nfsServer, shell)).toEqual({ state: 'absent' })
  })

  it.each([
    ['-2 -3 +4 -4.0 +4.1 +4.2', ['4.1', '4.2']],
    // Linux 6.1 of Debian 12.
    ['-3 +4 -4.0 +4.1 +4.2', ['4.1', '4.2']],
    ['+3 +4 +4.1 +4.2', ['3', '4.0', '4.1', '4.2']],
    ['+3 -4 -4.0 -4.1 -4.2', ['3']],
  ])('reads the versions %s', (line, versions) => {
    expect(parse(`threads 8\nversions ${line}\nlease 10\ngrace 10\n`)).toEqual({
      state: 'present',
      value: { threads: 8, versions, leaseSeconds: 10, graceSeconds: 10 },
    })
  })

  it('names the directory of the client database, with spaces too', () => {
    const answer = 'threads 8\nversions +3\nlease 90\ngrace 90\ndatabase /srv/my data/.nfsha/nfsdcld\n'
    expect(parse(answer)).toMatchObject({ value: { clientDatabase: '/srv/my data/.nfsha/nfsdcld' } })
  })

  it('tells an nfsd that did not find nfsdcld when it started', () => {
    const answer = 'threads 8\nversions +3\nlease 90\ngrace 90\n'
    expect(parse(answer)).not.toHaveProperty('value.recordsElsewhere')
    expect(parse(`${answer}records elsewhere\n`)).toHaveProperty('value.recordsElsewhere', true)
  })

  it.each(['', 'threads x\nversions +3\nlease 1\ngrace 1\n', 'threads 8\nlease 10\ngrace 10\n'])(
    'does not guess from %j',
    answer => expect(parse(answer)).toMatchObject({ state: 'unknown' }),
  )
})
