import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  heartbeat,
  heartbeatMoves,
  heartbeatStopped,
  movingScripts,
  recordRead,
} from '../../src/facts/heartbeat.ts'
import { runProbe } from './run-probe.ts'

const paths = {
  haDir: '/etc/ha.d',
  heartbeatLibexec: '/usr/libexec/heartbeat',
  heartbeatShare: '/usr/share/heartbeat',
  drbdDir: '/etc/drbd.d',
  exportsDir: '/etc/exports.d',
  nfsConfDir: '/etc/nfs.conf.d',
  unitDir: '/etc/systemd/system',
  modulesLoadDir: '/etc/modules-load.d',
  logrotateDir: '/etc/logrotate.d',
  stonithDir: '/usr/lib/stonith/plugins/external',
}
const probe = heartbeat(paths)
const parse = (stdout: string) => probe.parse({ stdout, exitCode: 0 })

describe('heartbeat', () => {
  it.each(['dash', 'bash'])('says stopped where no such process is, under %s', shell => {
    expect(runProbe(probe, shell)).toEqual({ state: 'present', value: heartbeatStopped })
  })

  it.each(['dash', 'bash'])('moves nothing where none of its scripts runs, under %s', shell => {
    expect(runProbe(heartbeatMoves(paths), shell)).toEqual({ state: 'present', value: false })
  })

  it('that may move resources, and does not say so, is unknown', () => {
    const { parse: answer } = heartbeatMoves(paths)
    expect(answer({ stdout: 'yes\n', exitCode: 0 })).toEqual({ state: 'present', value: true })
    expect(answer({ stdout: '', exitCode: 0 })).toMatchObject({ state: 'unknown' })
  })

  it.each([
    ['settled', 'yes', 'yes', { configLoaded: true, keysLoaded: true }],
    ['ha.cf changed since', 'no', 'yes', { configLoaded: false, keysLoaded: true }],
    ['authkeys changed since', 'yes', 'no', { configLoaded: true, keysLoaded: false }],
  ])('reads a daemon that is %s', (_, config, keys, value) => {
    const answer = `running yes\nconfig ${config}\nkeys ${keys}\n`
    expect(parse(answer)).toEqual({ state: 'present', value: { running: true, ...value } })
  })

  it.each(['', 'running yes\n', 'running yes\nconfig yes\n'])('does not guess from %j', answer => {
    expect(parse(answer)).toMatchObject({ state: 'unknown' })
  })

  it.each([
    ['the group script', ['/bin/sh', '/etc/ha.d/resource.d/nfsha', 'lab', 'start'], true],
    ['harc, as heartbeat spells it', ['/bin/sh', '/etc/ha.d//harc', 'status'], true],
    [
      'a script of the package',
      ['/bin/bash', '-x', '/usr/share/heartbeat/ResourceManager', 'takegroup'],
      true,
    ],
    ['a script by its own path', ['/usr/share/heartbeat/hb_standby', 'all'], true],
    ['a question about the group script', ['stat', '-c', '%i', '/etc/ha.d/resource.d/nfsha'], false],
    ['a shell that asks about it', ['sh', '-c', 'stat /etc/ha.d/resource.d/nfsha'], false],
    ['our own search', ['grep', '-qaE', movingScripts(paths), '/proc/1/cmdline'], false],
  ])('takes %s for moving resources, or not', (_, argv, expected) => {
    const found = spawnSync('grep', ['-qaE', movingScripts(paths)], {
      input: argv.map(word => `${word}\0`).join(''),
      env: { ...process.env, LC_ALL: 'C' },
    })
    expect(found.status).toBe(expected ? 0 : 1)
  })

  it('records a file of a directory with a space', () => {
    expect(recordRead('/etc/ha d', 'authkeys')).toBe(
      `stat -c '%i %.9Y' '/etc/ha d/authkeys' >/run/nfsha/authkeys.read`,
    )
  })
})
