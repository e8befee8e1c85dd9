import { describe, expect, it } from 'vitest'
import { vipAnswers } from '../../src/facts/vip-answers.ts'
import { runProbe } from './run-probe.ts'

const vip = { address: '192.0.2.219', prefix: 24, network: '192.0.2.0', link: 'em1' }
const probe = vipAnswers(vip, { path: '/srv/a b' })
const parse = (stdout: string) => probe.parse({ stdout, exitCode: 0 })

describe('vipAnswers', () => {
  it.each([
    ['nfs yes\nstat done\n', { nfs: true, stat: 'done' }],
    ['nfs yes\nstat here\n', { nfs: true, stat: 'here' }],
    [
      'nfs yes\nstat denied\ntext access denied by server\n',
      { nfs: true, stat: 'denied', text: 'access denied by server' },
    ],
    ['nfs no\ntext timed out\n', { nfs: false, stat: 'not tried', text: 'timed out' }],
    ['nfs no\ntext \n', { nfs: false, stat: 'not tried' }],
  ])('reads %j', (stdout, value) => {
    expect(parse(stdout)).toEqual({ state: 'present', value })
  })

  it.each(['', 'nfs yes\n'])('does not guess from %j', stdout => {
    expect(parse(stdout)).toMatchObject({ state: 'unknown' })
  })

  it('names what it lacks', () => {
    expect(runProbe(probe, '/bin/dash', '/nowhere')).toEqual({
      state: 'unknown',
      reason: 'rpcinfo is not installed',
    })
  })

  it('calls the port by its universal address and quotes the path', () => {
    expect(probe.script).toContain('rpcinfo -a 192.0.2.219.8.1 -T tcp 100003 4')
    expect(probe.script).toContain("'192.0.2.219:/srv/a b'")
  })
})
