import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Probe } from '../../src/core/probe.ts'
import { exportsServed } from '../../src/facts/exports.ts'
import { promotionGuard } from '../../src/facts/guard.ts'
import { heartbeat } from '../../src/facts/heartbeat.ts'
import { heartbeatView } from '../../src/facts/heartbeat-view.ts'
import { hold } from '../../src/facts/hold.ts'
import { nfsServer } from '../../src/facts/nfs.ts'
import { vipsHeld } from '../../src/facts/vip.ts'
import { vipAnswers } from '../../src/facts/vip-answers.ts'
import { debian12 } from '../../src/platforms/debian-12.ts'

const vip = { address: '192.0.2.219', prefix: 24, network: '192.0.2.0', link: 'em1' }
const probes: readonly Probe<unknown>[] = [
  exportsServed('/etc/exports.d/nfsha.exports'),
  promotionGuard,
  heartbeat(debian12.paths),
  heartbeatView,
  hold,
  nfsServer,
  vipsHeld([vip]),
  vipAnswers(vip, { path: '/srv/a b' }),
]

describe('the probes of the highly available part', () => {
  it.each(probes)('pass shellcheck: $id', ({ script }) => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-S', 'warning', '-'], {
      input: script,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })

  it('are each a question of its own', () => {
    expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length)
  })
})
