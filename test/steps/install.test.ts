import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policyRcD } from '../../src/facts/package.ts'
import { installation, restorePolicy } from '../../src/steps/_install.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nfsha-install-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const inDirectory = (name: string) => join(directory, name)
const policy = () => inDirectory('policy-rc.d')
const administrators = '#!/bin/sh\nexit 104\n'

/** Runs a script with policy-rc.d in a directory of its own and stubs that log their calls. */
function runHere(script: string, stubs: Record<string, string>) {
  for (const [name, body] of Object.entries({ systemctl: '', ...stubs })) {
    const log = `echo "${name} $*" >>${inDirectory('calls')}\n`
    writeFileSync(inDirectory(name), `#!/bin/sh\n${log}${body}\n`)
    chmodSync(inDirectory(name), 0o755)
  }
  const input = script.replaceAll(policyRcD.saved, inDirectory('saved')).replaceAll(policyRcD.path, policy())
  const { status, stderr } = spawnSync('dash', ['-s'], {
    input,
    env: { PATH: `${directory}:${process.env.PATH}` },
    encoding: 'utf8',
  })
  const calls = existsSync(inDirectory('calls')) ? readFileSync(inDirectory('calls'), 'utf8') : ''
  return { status, stderr, calls: calls.trimEnd().split('\n') }
}

const heartbeat = { names: ['heartbeat', 'drbd-utils'], repair: false, update: false }

describe('installation', () => {
  it('denies starts meanwhile and not afterwards', () => {
    const { status, calls } = runHere(installation(heartbeat).script, {
      'apt-get': `${policy()} heartbeat start; echo "policy says $?" >>${inDirectory('calls')}`,
    })
    expect(status).toBe(0)
    expect(calls).toEqual([
      'apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o APT::Cmd::Pattern-Only=true -o APT::Color=0 --no-install-recommends --no-upgrade install heartbeat drbd-utils',
      'policy says 101',
      'systemctl daemon-reload',
    ])
    expect(existsSync(policy())).toBe(false)
  })

  it("keeps an administrator's policy", () => {
    writeFileSync(policy(), administrators)
    runHere(installation(heartbeat).script, { 'apt-get': `cp ${policy()} ${inDirectory('seen')}` })
    expect(readFileSync(inDirectory('seen'), 'utf8')).toContain('exit 101')
    expect(readFileSync(policy(), 'utf8')).toBe(administrators)
    expect(existsSync(inDirectory('saved'))).toBe(false)
  })

  it.each([
    ['fails', 'exit 100', 100],
    ['is terminated', 'kill -TERM $PPID', 143],
    ['is interrupted', 'kill -INT $PPID', 130],
    ['loses its link', 'kill -HUP $PPID', 143],
  ])('gives the policy back when apt %s', (_, body, status) => {
    writeFileSync(policy(), administrators)
    const found = runHere(installation(heartbeat).script, { 'apt-get': body })
    expect(found.status).toBe(status)
    expect(readFileSync(policy(), 'utf8')).toBe(administrators)
  })

  it('after a power cut in the middle still gives the policy back', () => {
    writeFileSync(policy(), administrators)
    runHere(installation(heartbeat).script, { 'apt-get': 'kill -KILL $PPID' })
    expect(readFileSync(policy(), 'utf8')).toContain(policyRcD.mark)
    runHere(installation(heartbeat).script, { 'apt-get': '' })
    expect(readFileSync(policy(), 'utf8')).toBe(administrators)
  })

  it('reads the lists and tries again when they are too old', () => {
    const { status, calls } = runHere(installation({ ...heartbeat, names: ['x'] }).script, {
      'apt-get': `case "$*" in *install*) [ -e ${inDirectory('updated')} ] || exit 100 ;; *update) touch ${inDirectory('updated')} ;; esac`,
    })
    expect(status).toBe(0)
    expect(calls.map(call => call.replace(/.*APT::Color=0 /, ''))).toEqual([
      '--no-install-recommends --no-upgrade install x',
      'update',
      '--no-install-recommends --no-upgrade install x',
      'systemctl daemon-reload',
    ])
  })

  it('finishes first what dpkg left half done', () => {
    const { calls } = runHere(installation({ names: ['x'], repair: true, update: true }).script, {
      'apt-get': '',
      dpkg: '',
    })
    expect(calls.map(call => call.replace(/.*APT::Color=0 /, ''))).toEqual([
      'dpkg --force-confold --configure -a',
      '--fix-broken install',
      'update',
      '--no-install-recommends --no-upgrade install x',
      'systemctl daemon-reload',
    ])
  })
})

describe('restorePolicy', () => {
  it('takes ours away', () => {
    writeFileSync(policy(), `#!/bin/sh\n# ${policyRcD.mark}\nexit 101\n`)
    runHere(restorePolicy.script, {})
    expect(existsSync(policy())).toBe(false)
  })
  it("brings an administrator's back", () => {
    writeFileSync(policy(), `#!/bin/sh\n# ${policyRcD.mark}\nexit 101\n`)
    writeFileSync(inDirectory('saved'), administrators)
    runHere(restorePolicy.script, {})
    expect(readFileSync(policy(), 'utf8')).toBe(administrators)
  })
})

describe('scripts are plain POSIX sh', () => {
  it.each([
    ['installation', installation({ names: ['x'], repair: true, update: false }).script],
    ['restorePolicy', restorePolicy.script],
  ])('%s', (_, script) => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: script, encoding: 'utf8' })
    expect(stdout).toBe('')
  })
})
