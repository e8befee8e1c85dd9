import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ScriptAction } from '../../src/core/action.ts'
import { handOver, takeOver } from '../../src/steps/_hand-over.ts'
import { exampleCluster } from '../fixtures/cluster.ts'

/* Both sides of a move, run with pretended heartbeat, kernel log and RPC. */

let world = ''
beforeEach(() => {
  world = mkdtempSync(join(tmpdir(), 'nfsha-move-'))
  pretend('cl_status', 'echo all')
})
afterEach(() => rmSync(world, { recursive: true }))

function pretend(name: string, script: string): void {
  writeFileSync(join(world, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(world, name), 0o755)
}

/** The kernel's lines come once heartbeat was asked, or at once on the side that only listens. */
function kernelSays(lines: readonly string[], awaits = `${world}/asked`): void {
  writeFileSync(join(world, 'lines'), lines.map(line => `${line}\n`).join(''))
  pretend('dmesg', `until [ -e ${awaits} ]; do sleep 0.05; done\ncat ${world}/lines\nexec sleep 60`)
}

/** What the node keeps below /run/nfsha, in this world. */
const keep = (name: string, text = '') => writeFileSync(join(world, name), text)

function run({ script }: ScriptAction) {
  const { status, stdout } = spawnSync('sh', ['-c', script.replaceAll('/run/nfsha/', `${world}/`)], {
    encoding: 'utf8',
    env: { PATH: `${world}:${process.env.PATH}` },
  })
  return { code: status, lines: stdout.trimEnd().split('\n') }
}

const example = exampleCluster()
const cluster = () => {
  const { platform } = example
  return { ...example, platform: { ...platform, paths: { ...platform.paths, heartbeatShare: world } } }
}
const release = [
  'drbd data: role( Primary -> Secondary )',
  'nfsha: other stop nfsd 1 ms',
  'nfsha: m1-m2 stop vip 40 ms',
  'nfsha: m1-m2 stop nfsd 700 ms',
]
const over = (code: number) => `nfsha: m1-m2 stop total 790 ms, exit code ${code}`

describe('handing over', () => {
  beforeEach(() => {
    pretend('hb_standby', `echo "$@" >>${world}/asked`)
    // Nobody answers at first.
    pretend('rpcinfo', `[ -e ${world}/called ] || { touch ${world}/called; exit 1; }`)
  })

  it('asks heartbeat for all, once, repeats what the group script says, and waits for the VIP', () => {
    kernelSays([...release, over(0)])
    const { code, lines } = run(handOver(cluster(), example.nodes[1]))
    expect(lines.map(line => line.replace(/after \d+/, 'after N'))).toEqual([
      'release began after N ms',
      'stop vip 40 ms',
      'stop nfsd 700 ms',
      'stop total 790 ms, exit code 0',
      '192.168.0.219 answers after N ms',
    ])
    expect(code).toBe(0)
    expect(readFileSync(join(world, 'asked'), 'utf8')).toBe('all\n')
  })

  it('fails when the group cannot be given up', () => {
    kernelSays([...release, over(1)])
    const { code, lines } = run(handOver(cluster(), example.nodes[1]))
    expect(code).toBe(1)
    expect(lines.at(-1)).toContain('giving the group up failed')
  })

  it('fails when nothing more is heard', () => {
    kernelSays(release)
    pretend('dmesg', `until [ -e ${world}/asked ]; do sleep 0.05; done\ncat ${world}/lines`)
    const { code, lines } = run(handOver(cluster(), example.nodes[1]))
    expect(code).toBe(1)
    expect(lines.at(-1)).toContain('ended before the group was given up')
  })
})

describe('handing over to a node that cannot start the group', () => {
  const failed = 'phase mount\nreason mount: wrong fs type\n'

  beforeEach(() => kernelSays([...release, over(0)]))

  it('says that it is back here, and why', () => {
    pretend(
      'hb_standby',
      `cd ${world}; touch asked group.active; printf '${failed}at 1\n' >peer-start-failed`,
    )
    pretend('rpcinfo', '')
    const { code, lines } = run(handOver(cluster(), example.nodes[1]))
    expect(code).toBe(1)
    expect(lines.slice(-2)).toEqual([
      `error: ${example.nodes[1].name} could not start the group (mount: mount: wrong fs type); it is back on ${example.nodes[0].name}, which serves`,
      `fix: mend that on ${example.nodes[1].name}, then move again`,
    ])
  })

  it('says at once that neither serves, with the reason of each, and how to go on', () => {
    pretend(
      'hb_standby',
      `cd ${world}; touch asked; printf '${failed}at 1\n' >peer-start-failed; printf 'phase nfsd\nreason no such unit\n' >start-failed`,
    )
    pretend('rpcinfo', 'exit 1')
    const { code, lines } = run(handOver(cluster(), example.nodes[1]))
    expect(code).toBe(1)
    expect(lines.at(-2)).toMatch(
      /^error: neither node serves: .* \(mount: mount: wrong fs type\), and .* \(nfsd: no such unit\)$/,
    )
    expect(lines.at(-1)).toBe(
      `fix: mend what keeps one of them from it, then run there: ${world}/hb_takeover all`,
    )
  })

  it('does not take what was recorded before for this move', () => {
    keep('start-failed', failed)
    keep('peer-start-failed', failed)
    pretend('hb_standby', `touch ${world}/asked`)
    pretend('rpcinfo', '')
    expect(run(handOver(cluster(), example.nodes[1])).code).toBe(0)
  })
})

describe('taking over', () => {
  const start = ['nfsha: m1-m2 start promote 90 ms', 'nfsha: m1-m2 start nfsd 1200 ms']
  const failing = [
    'nfsha: m1-m2 start promote 90 ms',
    'nfsha: m1-m2 start mount failed after 40 ms: mount: wrong fs type',
    'nfsha: m1-m2 start total 150 ms, exit code 1',
    'nfsha: m1-m2 stop total 90 ms, exit code 0',
  ]
  const back = 'drbd data: peer( Secondary -> Primary )'
  const watch = () => run(takeOver(cluster(), example.nodes[0]))

  beforeEach(() => pretend('hb_standby', `echo "$@" >>${world}/asked`))

  it('ends with the group’s start', () => {
    kernelSays([...release, ...start, 'nfsha: m1-m2 start total 1400 ms, exit code 0'], '/')
    expect(watch()).toEqual({
      code: 0,
      lines: ['start promote 90 ms', 'start nfsd 1200 ms', 'start total 1400 ms, exit code 0'],
    })
  })

  it('asks heartbeat to give the group back when the start fails, until the other node has it', () => {
    kernelSays([...release, ...failing], '/')
    const dmesg = readFileSync(join(world, 'dmesg'), 'utf8')
    pretend(
      'dmesg',
      dmesg.replace(
        'exec sleep',
        `until [ -e ${world}/asked ]; do sleep 0.05; done; echo '${back}'\nexec sleep`,
      ),
    )
    expect(watch()).toEqual({
      code: 0,
      lines: [
        'start promote 90 ms',
        'start mount failed after 40 ms: mount: wrong fs type',
        'start total 150 ms, exit code 1',
        `gives the group back to ${example.nodes[0].name}`,
      ],
    })
    expect(readFileSync(join(world, 'asked'), 'utf8')).toBe('all\n')
  })

  it('asks only once heartbeat is no more in the middle of something', () => {
    kernelSays([...release, ...failing], '/')
    pretend(
      'cl_status',
      `[ -e ${world}/settled ] && echo all && exit; touch ${world}/settled; echo transition`,
    )
    pretend('hb_standby', `touch ${world}/asked; [ -e ${world}/settled ] || touch ${world}/early`)
    const dmesg = readFileSync(join(world, 'dmesg'), 'utf8')
    pretend(
      'dmesg',
      dmesg.replace(
        'exec sleep',
        `until [ -e ${world}/asked ]; do sleep 0.05; done; echo '${back}'\nexec sleep`,
      ),
    )
    expect(watch().code).toBe(0)
    expect(existsSync(join(world, 'settled'))).toBe(true)
    expect(existsSync(join(world, 'early'))).toBe(false)
  })

  it('asks no more once the other node told that it cannot take it back', () => {
    kernelSays([...release, ...failing], '/')
    pretend(
      'hb_standby',
      `cd ${world}; touch asked; printf 'phase nfsd\nreason no such unit\nat 1\n' >peer-start-failed`,
    )
    const { code, lines } = watch()
    expect(code).toBe(0)
    expect(lines.at(-1)).toBe(`${example.nodes[0].name} cannot take it back: nfsd: no such unit`)
  })

  it('does the same when heartbeat does not begin the start, though the group was given up', () => {
    kernelSays(release, '/')
    keep('data.peer-released')
    pretend('sleep', '[ "$1" = 2 ] && exec /bin/sleep 0.05; exec /bin/sleep "$@"')
    const dmesg = readFileSync(join(world, 'dmesg'), 'utf8')
    pretend(
      'dmesg',
      dmesg.replace(
        'exec sleep',
        `until [ -e ${world}/asked ]; do sleep 0.05; done; echo '${back}'\nexec sleep`,
      ),
    )
    const { code, lines } = watch()
    expect(code).toBe(0)
    expect(lines).toEqual([
      'heartbeat did not start the group here within 30 s; see /var/log/ha-log',
      `gives the group back to ${example.nodes[0].name}`,
    ])
  })

  it('says what to do when the start hangs past its own limits', () => {
    kernelSays([...release, 'nfsha: m1-m2 start promote 90 ms'], '/')
    pretend('sleep', '[ "$1" = 2 ] && exec /bin/sleep 0.02; exec /bin/sleep "$@"')
    const { code, lines } = watch()
    expect(code).toBe(1)
    expect(lines.at(-2)).toMatch(/^error: neither node serves: the start hangs here/)
    expect(lines.at(-1)).toMatch(/^fix: reset this node/)
  })

  it('fails when nothing comes', () => {
    pretend('dmesg', 'exit 0')
    expect(watch()).toMatchObject({ code: 1 })
  })
})

describe('the last look before', () => {
  const guard = () =>
    spawnSync('sh', ['-c', handOver(cluster(), example.nodes[1]).guard?.script ?? ''], {
      encoding: 'utf8',
      env: { PATH: `${world}:${process.env.PATH}` },
    })

  it.each([
    ['all is well', 'Connected', 'UpToDate/UpToDate', 'active', 0, ''],
    ['the own disk is gone', 'Connected', 'Diskless/UpToDate', 'active', 0, ''],
    ['a verify runs', 'VerifyS', 'UpToDate/UpToDate', 'active', 0, ''],
    ['it is cut off', 'WFConnection', 'UpToDate/DUnknown', 'active', 1, 'WFConnection'],
    ['it syncs', 'SyncSource', 'UpToDate/Inconsistent', 'active', 1, 'Inconsistent'],
    ['it is not heard', 'Connected', 'UpToDate/UpToDate', 'dead', 1, 'dead'],
  ])('when %s', (_, cstate, dstate, status, code, says) => {
    pretend('drbdadm', `case $1 in cstate) echo ${cstate} ;; *) echo ${dstate} ;; esac`)
    pretend('cl_status', `echo ${status}`)
    const { status: exitCode, stdout } = guard()
    expect(exitCode).toBe(code)
    expect(stdout).toContain(says)
  })
})
