import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { SshTarget } from '../../src/core/cluster.ts'
import { readSshConfig } from '../../src/transport/ssh-config.ts'
import { jumpSettings, parseJumps, type SshOptions, settingsFor } from '../../src/transport/ssh-settings.ts'

const home = mkdtempSync(join(tmpdir(), 'nfsha-config-'))
afterAll(() => rmSync(home, { recursive: true }))
beforeEach(() => {
  rmSync(join(home, '.ssh'), { recursive: true, force: true })
  mkdirSync(join(home, '.ssh/conf.d'), { recursive: true })
})

const config = join(home, '.ssh/config')
const options: SshOptions = { home, user: 'ann', agentSocket: '/run/agent' }
const target: SshTarget = { host: 'm1', become: true, connectTimeoutMs: 1000, keepaliveMs: 500 }

/** The settings of m1 under this configuration. */
function settings(text: string, more: Partial<SshTarget> = {}) {
  writeFileSync(config, text)
  return settingsFor({ ...target, ...more }, readSshConfig([config, join(home, 'system')], home), options)
}

describe('without a configuration', () => {
  test('ssh’s defaults', () => {
    expect(settings('')).toEqual({
      host: 'm1',
      port: 22,
      user: 'ann',
      keyAlias: undefined,
      identityFiles: ['id_rsa', 'id_ecdsa', 'id_ed25519'].map(name => join(home, '.ssh', name)),
      identitiesOnly: false,
      agentSocket: '/run/agent',
      knownHostsFiles: [
        join(home, '.ssh/known_hosts'),
        join(home, '.ssh/known_hosts2'),
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      hostKeyChecking: 'strict',
      connectTimeoutMs: 1000,
      keepaliveMs: 500,
      keepaliveCount: 3,
      jumps: [],
    })
  })
})

describe('ssh_config', () => {
  test.each([
    ['HostName', 'Host m1\n  HostName %h.example', { host: 'm1.example' }],
    ['the first value counts', 'Host m1\n  User one\nHost *\n  User two', { user: 'one' }],
    ['a pattern', 'Host m? !m2\n  Port 2222', { port: 2222 }],
    ['another host', 'Host m2\n  Port 2222', { port: 22 }],
    ['keywords in any case, with =', 'host m1\n  uSeR=bob\n  PORT = 23', { user: 'bob', port: 23 }],
    [
      'several identities, tokens and ~',
      'IdentityFile ~/k/%r@%h:%p\nIdentityFile "/a b/%u%%"',
      {
        identityFiles: [join(home, 'k/ann@m1:22'), '/a b/ann%'],
      },
    ],
    ['IdentitiesOnly', 'IdentitiesOnly yes', { identitiesOnly: true }],
    ['another agent', 'IdentityAgent ~/agent', { agentSocket: join(home, 'agent') }],
    ['no agent', 'IdentityAgent none', { agentSocket: undefined }],
    [
      'known hosts',
      'UserKnownHostsFile ~/a ~/b\nGlobalKnownHostsFile /c',
      {
        knownHostsFiles: [join(home, 'a'), join(home, 'b'), '/c'],
      },
    ],
    ['HostKeyAlias', 'HostKeyAlias node', { keyAlias: 'node' }],
    ['no checking', 'StrictHostKeyChecking no', { hostKeyChecking: 'off' }],
    ['new keys accepted', 'StrictHostKeyChecking accept-new', { hostKeyChecking: 'accept-new' }],
    ['asking is refusing', 'StrictHostKeyChecking ask', { hostKeyChecking: 'strict' }],
    ['ServerAliveCountMax', 'ServerAliveCountMax 7', { keepaliveCount: 7 }],
    ['ProxyJump', 'ProxyJump a,bob@b:23', { jumps: [{ host: 'a' }, { host: 'b', user: 'bob', port: 23 }] }],
    ['no ProxyJump', 'Host m1\n  ProxyJump none\nHost *\n  ProxyJump a', { jumps: [] }],
  ])('%s', (_, text, wanted) => {
    expect(settings(text)).toMatchObject(wanted)
  })

  test('Match exec runs nothing', () => {
    const mark = join(home, 'ran')
    expect(settings(`Match exec "touch ${mark}"\n  User evil`).user).toBe('ann')
    expect(() => writeFileSync(mark, '', { flag: 'wx' })).not.toThrow()
    rmSync(mark)
  })

  test('Include: wildcards, relative and ~ paths, nested, and the block goes on after it', () => {
    writeFileSync(join(home, '.ssh/conf.d/10.conf'), 'Host m1\n  Port 10\nHost other\n  User nobody\n')
    writeFileSync(join(home, '.ssh/conf.d/20.conf'), 'Include ~/.ssh/nested')
    writeFileSync(join(home, '.ssh/nested'), 'Host m1\n  HostKeyAlias nested\n')
    const text = 'Host m1\n  Include conf.d/*.conf missing\n  User after\n'
    expect(settings(text)).toMatchObject({ port: 10, keyAlias: 'nested', user: 'after' })
  })

  test('an Include that includes itself ends', () => {
    expect(settings('Include config\nUser bob').user).toBe('bob')
  })

  test('the system’s file comes after the user’s', () => {
    writeFileSync(join(home, 'system'), 'Host *\n  User system\n  Port 99\n')
    expect(settings('Host m1\n  User mine\n')).toMatchObject({ user: 'mine', port: 99 })
    rmSync(join(home, 'system'))
  })

  test('ProxyCommand is refused by name, unless the inventory says how to jump', () => {
    expect(() => settings('ProxyCommand nc %h %p')).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('ssh.jump') }),
    )
    expect(settings('ProxyCommand nc %h %p', { jump: 'a' }).jumps).toEqual([{ host: 'a' }])
  })
})

describe('the inventory', () => {
  test('comes before ssh_config', () => {
    const more = { port: 1, user: 'root', identityFile: '/key', knownHostsFile: '/known', jump: 'j' }
    expect(
      settings('Port 2\nUser x\nIdentityFile /y\nUserKnownHostsFile /z\nProxyJump k', more),
    ).toMatchObject({
      port: 1,
      user: 'root',
      identityFiles: ['/key'],
      knownHostsFiles: ['/known'],
      jumps: [{ host: 'j' }],
    })
  })
})

describe('jump hosts', () => {
  test.each([
    ['', []],
    ['none', []],
    ['a', [{ host: 'a' }]],
    ['bob@a:23,b', [{ host: 'a', user: 'bob', port: 23 }, { host: 'b' }]],
    ['ssh://bob@[fe80::1]:23', [{ host: 'fe80::1', user: 'bob', port: 23 }]],
  ])('%j', (text, jumps) => {
    expect(parseJumps(text)).toEqual(jumps)
  })

  test('that are none are refused', () => {
    expect(() => parseJumps('a:b:c')).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  test('have their own part of ssh_config, and the target’s key and known hosts as well', () => {
    writeFileSync(
      config,
      'Host gate\n  HostName gate.example\n  User hop\n  IdentityFile /own\n  ProxyJump loop\n',
    )
    const read = readSshConfig([config], home)
    const found = jumpSettings(
      { host: 'gate', port: 23 },
      { ...target, identityFile: '/key', knownHostsFile: '/known' },
      read,
      options,
    )
    expect(found).toMatchObject({
      host: 'gate.example',
      port: 23,
      user: 'hop',
      identityFiles: ['/own', '/key'],
      jumps: [],
    })
    expect(found.knownHostsFiles).toContain('/known')
  })
})
