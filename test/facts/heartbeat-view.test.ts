import { describe, expect, it } from 'vitest'
import { heartbeatView } from '../../src/facts/heartbeat-view.ts'
import { runProbe } from './run-probe.ts'

const parse = (stdout: string) => heartbeatView.parse({ stdout, exitCode: 0 })

describe('heartbeatView', () => {
  it('is absent where heartbeat is not installed', () => {
    expect(runProbe(heartbeatView)).toEqual({ state: 'absent' })
  })

  it('reads nodes, links and what heartbeat intends, in whatever order the answers came', () => {
    const stdout = [
      'node 192.168.0.1 ping ping',
      'link 192.168.0.1 192.168.0.1 up',
      'node m2.redhat.sx normal active',
      'link m2.redhat.sx em2 up',
      'link m2.redhat.sx em1 dead',
      'resources local',
      'node m1.redhat.sx normal active',
    ].join('\n')
    expect(parse(stdout)).toEqual({
      state: 'present',
      value: {
        nodes: { '192.168.0.1': 'ping', 'm2.redhat.sx': 'active', 'm1.redhat.sx': 'active' },
        pingNodes: ['192.168.0.1'],
        links: [
          { to: '192.168.0.1', medium: '192.168.0.1', up: true },
          { to: 'm2.redhat.sx', medium: 'em1', up: false },
          { to: 'm2.redhat.sx', medium: 'em2', up: true },
        ],
        resources: 'local',
      },
    })
  })

  it.each(['', 'resources \n', 'resources all\n'])('does not guess from %j', stdout => {
    expect(parse(stdout)).toMatchObject({ state: 'unknown' })
  })
})
