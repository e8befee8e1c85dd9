import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

function run({ script }: ScriptAction) {
  const { status, stdout } = spawnSync('sh', ['-c', script], {
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

describe('taking over', () => {
  const start = ['nfsha: m1-m2 start promote 90 ms', 'nfsha: m1-m2 start nfsd 1200 ms']

  it.each([
    [0, 'start total 1400 ms, exit code 0'],
    [1, 'the group did not start here; see /var/log/ha-log'],
  ])('ends with the group’s start: exit code %i', (exitCode, last) => {
    kernelSays([...release, ...start, `nfsha: m1-m2 start total 1400 ms, exit code ${exitCode}`], '/')
    const { code, lines } = run(takeOver(cluster()))
    expect(code).toBe(exitCode)
    expect(lines.slice(0, 2)).toEqual(['start promote 90 ms', 'start nfsd 1200 ms'])
    expect(lines.at(-1)).toBe(last)
  })

  it('fails when nothing comes', () => {
    pretend('dmesg', 'exit 0')
    expect(run(takeOver(cluster()))).toMatchObject({ code: 1 })
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
