import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { vipUser } from '../../src/facts/vip-user.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

const probe = vipUser(
  { address: '192.168.0.219', link: 'em1', prefix: 24, network: '192.168.0.0' },
  '192.168.0.211',
)
const bin = mkdtempSync(join(tmpdir(), 'nfsha-vip-user-'))
afterAll(() => rmSync(bin, { recursive: true }))

/** A node with these addresses, before the pause and after it, and what ARP learnt. */
function node(world: { first?: string; later?: string; pings?: string; macs?: string }) {
  const { first = '', pings = '', macs = '' } = world
  const { later = first } = world
  const stub = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  rmSync(join(bin, 'slept'), { force: true })
  stub('sleep', `: >${bin}/slept`)
  stub(
    'ip',
    `case "$*" in
*addr*) if [ -e ${bin}/slept ]; then echo '${later}'; else echo '${first}'; fi ;;
*"to 192.168.0.219") echo '${macs.split(' ')[0] ? `192.168.0.219 dev em1 lladdr ${macs.split(' ')[0]} REACHABLE` : ''}' ;;
*"to 192.168.0.211") echo '192.168.0.211 dev em1 lladdr ${macs.split(' ')[1] ?? ''} STALE' ;;
esac`,
  )
  stub('ping', `case "${pings}" in *"\${7}"*) exit 0 ;; esac; exit 1`)
  return runProbe(probe, 'dash', `${bin}:${process.env.PATH}`)
}

const here = '2: em1    inet 192.168.0.219/24 scope global em1'

describe('who has a VIP', () => {
  it.each([
    ['nobody', {}, { by: 'nobody' }],
    ['this node', { first: here }, { by: 'here' }],
    ['the peer', { pings: '192.168.0.219 192.168.0.211', macs: 'aa:01 aa:01' }, { by: 'peer' }],
    [
      'this node, a moment later',
      { later: here, pings: '192.168.0.219', macs: 'aa:02 aa:01' },
      { by: 'here' },
    ],
    ['another machine', { pings: '192.168.0.219', macs: 'aa:02 aa:01' }, { by: 'other', mac: 'aa:02' }],
    ['a machine behind a router', { pings: '192.168.0.219' }, { by: 'other' }],
  ])('%s', (_, world, value) => {
    expect(node(world)).toEqual({ state: 'present', value })
  })

  it('is unknown where the answer is not understood', () => {
    expect(answer(probe, '')).toMatchObject({ state: 'unknown' })
  })
})
