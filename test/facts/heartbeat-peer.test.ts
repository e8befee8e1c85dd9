import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { heartbeatPeer } from '../../src/facts/heartbeat-peer.ts'
import { runProbe } from './run-probe.ts'

let bin = ''
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'nfsha-cl-status-'))
})
afterEach(() => rmSync(bin, { recursive: true }))

/** cl_status says this, and ends so; heartbeat does not run on this machine. */
function ask(said: string, exitCode: number) {
  const path = join(bin, 'cl_status')
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$*" = 'nodestatus m2.lan' ] || exit 9\necho '${said}'\nexit ${exitCode}\n`,
  )
  chmodSync(path, 0o755)
  return runProbe(heartbeatPeer('M2.lan'), 'sh', `${bin}:${process.env.PATH}`)
}

describe('heartbeatPeer', () => {
  it.each([
    ['active', 0],
    ['dead', 1],
    ['init', 0],
  ])('believes the word %s, whatever the exit code', (word, exitCode) => {
    expect(ask(word, exitCode)).toEqual({ state: 'present', value: word })
  })

  it('is absent where heartbeat does not run, or is not installed', () => {
    expect(ask('Heartbeat is not running on this machine', 1)).toEqual({ state: 'absent' })
    expect(runProbe(heartbeatPeer('m2'))).toEqual({ state: 'absent' })
  })

  it('is plain POSIX sh', () => {
    const input = heartbeatPeer('m2').script
    expect(spawnSync('shellcheck', ['-s', 'sh', '-'], { input, encoding: 'utf8' }).stdout).toBe('')
  })
})
