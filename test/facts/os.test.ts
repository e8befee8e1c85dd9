import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { kernelModule } from '../../src/facts/module.ts'
import { os } from '../../src/facts/os.ts'
import { dpkgTroubles, packages, policyLeftBehind } from '../../src/facts/package.ts'
import { controllerAddress, routeTo } from '../../src/facts/route.ts'
import { chronySources, clock, timesyncdServers } from '../../src/facts/time.ts'
import { unit } from '../../src/facts/unit.ts'
import { answer } from './answer.ts'
import { runProbe } from './run-probe.ts'

describe('on this machine', () => {
  it('os knows its name and release', () => {
    expect(runProbe(os)).toMatchObject({
      state: 'present',
      value: { nodeName: hostname(), uid: process.getuid?.(), id: expect.stringMatching(/^\w+$/) },
    })
  })

  it('packages tells installed from unheard of', () => {
    expect(runProbe(packages(['dpkg', 'nfsha-no-such-package']))).toEqual({
      state: 'present',
      value: {
        dpkg: { status: 'installed' },
        'nfsha-no-such-package': { status: 'not-installed', hasCandidate: false },
      },
    })
  })

  it('a route leads to the loopback address', () => {
    expect(runProbe(routeTo('127.0.0.1'))).toEqual({
      state: 'present',
      value: { nic: 'lo', source: '127.0.0.1', hasHostRoute: false },
    })
  })

  it('the clock is about ours', () => {
    const fact = runProbe(clock)
    const apartMs = fact.state === 'present' ? Math.abs(fact.value.nowMs - Date.now()) : Number.NaN
    expect(apartMs).toBeLessThan(600_000)
  })

  it('no installation has left its policy behind', () => {
    expect(runProbe(policyLeftBehind)).toEqual({ state: 'absent' })
  })

  it('a module that no kernel has is not present', () => {
    expect(runProbe(kernelModule('nfsha_no_such_module')).state).not.toBe('present')
  })

  it('the controller is looked for without harm', () => {
    expect(runProbe(controllerAddress).state).not.toBe('unknown')
  })
})

describe('unit', () => {
  it.each([
    [
      'from a package, not started',
      'LoadState=loaded\nActiveState=inactive\nUnitFileState=enabled\nNeedDaemonReload=no\nDropInPaths=\n',
      { load: 'loaded', enabled: 'enabled', active: 'inactive', needsReload: false, dropIns: [] },
    ],
    [
      'with drop-ins, changed on disk',
      'DropInPaths=/etc/systemd/system/x.service.d/b.conf /etc/systemd/system/x.service.d/a.conf\nLoadState=loaded\nActiveState=active\nUnitFileState=disabled\nNeedDaemonReload=yes\n',
      {
        load: 'loaded',
        enabled: 'disabled',
        active: 'active',
        needsReload: true,
        dropIns: ['/etc/systemd/system/x.service.d/a.conf', '/etc/systemd/system/x.service.d/b.conf'],
      },
    ],
  ])('%s', (_, stdout, value) => {
    expect(answer(unit('x.service'), stdout)).toEqual({ state: 'present', value })
  })

  it('is absent when systemd knows none', () => {
    expect(answer(unit('x'), 'LoadState=not-found\nActiveState=inactive\n')).toEqual({ state: 'absent' })
  })

  it('is unknown when systemd does not answer', () => {
    expect(answer(unit('x'), 'Failed to connect to bus: No such file or directory\n')).toEqual({
      state: 'unknown',
      reason: 'Failed to connect to bus: No such file or directory',
    })
  })
})

describe('kernelModule', () => {
  it.each([
    ['loaded\n8.4.11\n', { loaded: true, version: '8.4.11' }],
    ['loaded\n', { loaded: true }],
    ['available\n8.4.11\n', { loaded: false, version: '8.4.11' }],
  ])('%j', (stdout, value) => {
    expect(answer(kernelModule('drbd'), stdout)).toEqual({ state: 'present', value })
  })
  it('is unknown without an answer', () => {
    expect(answer(kernelModule('drbd'), '').state).toBe('unknown')
  })
})

describe('packages', () => {
  const policy =
    'gawk:\n  Installed: (none)\n  Candidate: 1:5.2.1-2\n  Version table:\n     1:5.2.1-2 500\n        500 http://mirror.example/debian bookworm/main amd64 Packages\nheartbeat:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n'

  it('keeps the status, and a candidate only where one matters', () => {
    const stdout = `bash installed\nchrony config-files\nheartbeat half-configured\n---\n${policy}`
    expect(answer(packages(['bash', 'chrony', 'gawk', 'heartbeat']), stdout)).toEqual({
      state: 'present',
      value: {
        bash: { status: 'installed' },
        chrony: { status: 'config-files', hasCandidate: false },
        gawk: { status: 'not-installed', hasCandidate: true },
        heartbeat: { status: 'half-configured', hasCandidate: false },
      },
    })
  })

  it('lets one installed architecture do', () => {
    const stdout = 'libc6 installed\nlibc6 not-installed\n---\n'
    expect(answer(packages(['libc6']), stdout)).toMatchObject({ value: { libc6: { status: 'installed' } } })
  })
})

describe('dpkgTroubles', () => {
  it('names the packages that dpkg lists', () => {
    const stdout =
      'The following packages are only half configured, probably due to problems\nconfiguring them the first time.  The configuration should be retried using\ndpkg --configure <package> or the configure menu option in dselect:\n nfs-kernel-server    support for NFS kernel server\n heartbeat            Subsystem for High-Availability Linux\n\n'
    expect(answer(dpkgTroubles, stdout)).toEqual({
      state: 'present',
      value: ['heartbeat', 'nfs-kernel-server'],
    })
  })
  it('is empty when all is well', () => {
    expect(answer(dpkgTroubles, '')).toEqual({ state: 'present', value: [] })
  })
})

describe('routeTo', () => {
  const get = '[{"dst":"172.16.0.2","dev":"em2","prefsrc":"172.16.0.1","flags":[],"uid":0,"cache":[]}]'
  it.each([
    [
      'by a route of its own',
      `[{"dst":"172.16.0.2","dev":"em2","scope":"link","flags":[]}]\n---\n${get}\n`,
      { nic: 'em2', source: '172.16.0.1', hasHostRoute: true },
    ],
    ['by the network', `[]\n---\n${get}\n`, { nic: 'em2', source: '172.16.0.1', hasHostRoute: false }],
    [
      'by a gateway',
      '[]\n---\n[{"dst":"203.0.113.5","gateway":"192.0.2.1","dev":"eth0","prefsrc":"192.0.2.2","flags":[]}]\n',
      { nic: 'eth0', source: '192.0.2.2', gateway: '192.0.2.1', hasHostRoute: false },
    ],
    ['not at all', '[]\n---\n', { hasHostRoute: false }],
  ])('%s', (_, stdout, value) => {
    expect(answer(routeTo('172.16.0.2'), stdout)).toEqual({ state: 'present', value })
  })
  it('does not know what is not JSON', () => {
    expect(answer(routeTo('172.16.0.2'), 'garbage\n---\n').state).toBe('unknown')
  })
})

describe('time', () => {
  it('chronySources keeps servers, by configured name', () => {
    const stdout =
      '^,*,192.168.0.1,10,6,377,33,0.000012,0.000015,0.000100\n^,?,2.debian.pool.ntp.org,0,6,0,4294967295,0.0,0.0,0.0\n^,?,2.debian.pool.ntp.org,0,6,0,4294967295,0.0,0.0,0.0\n#,*,PPS0,0,4,377,11,0.0,0.0,0.0\n'
    expect(answer(chronySources, stdout)).toEqual({
      state: 'present',
      value: ['192.168.0.1', '2.debian.pool.ntp.org'],
    })
  })
  it('timesyncdServers splits names', () => {
    expect(answer(timesyncdServers, 'b.example a.example\n')).toMatchObject({
      value: ['a.example', 'b.example'],
    })
  })
  it.each([
    ['1763641234567\nyes\n', { nowMs: 1763641234567, isSynchronised: true }],
    ['1763641234567\nno\n', { nowMs: 1763641234567, isSynchronised: false }],
    ['1763641234567\n', { nowMs: 1763641234567 }],
  ])('clock %j', (stdout, value) => {
    expect(answer(clock, stdout)).toEqual({ state: 'present', value })
  })
  it('clock without a time is unknown', () => {
    expect(answer(clock, 'date: nonsense\n').state).toBe('unknown')
  })
})

describe('controllerAddress', () => {
  it.each([
    ['10.0.2.2\n', '10.0.2.2'],
    ['::ffff:10.0.2.2\n', '10.0.2.2'],
  ])('%j', (stdout, value) => {
    expect(answer(controllerAddress, stdout)).toEqual({ state: 'present', value })
  })
})
