import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import type { SshOptions } from '../../../src/transport/ssh.ts'
import { ask, type Target } from './client.ts'
import { newHome, newKey, startServer, type TestServer } from './server.ts'

const { home, remove } = newHome()
const keys = join(home, 'keys')
let server: TestServer
let agent: { socket: string; pid: number }

beforeAll(async () => {
  mkdirSync(keys)
  const authorizedKeys = [
    newKey(join(keys, 'plain')),
    newKey(join(keys, 'locked'), { passphrase: 'open sesame' }),
    newKey(join(keys, 'rsa'), { type: 'rsa' }),
    newKey(join(keys, 'ecdsa'), { type: 'ecdsa' }),
    newKey(join(keys, 'held')),
  ]
  newKey(join(keys, 'stranger'))
  server = await startServer({
    authorizedKeys,
    users: [{ name: 'ann', password: 'pass word' }],
    config: ['PasswordAuthentication yes', 'MaxAuthTries 3'],
  })
  agent = startAgent(['held'])
  writeFileSync(join(home, '.ssh/known_hosts'), `[127.0.0.1]:${server.port} ${server.hostKeys.ed25519}\n`)
})
afterAll(async () => {
  process.kill(agent.pid)
  await server.stop()
  remove()
})

function startAgent(names: readonly string[]): { socket: string; pid: number } {
  const socket = join(home, 'agent')
  const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' })
  for (const name of names)
    execFileSync('ssh-add', ['-q', join(keys, name)], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  return { socket, pid: Number(said.match(/SSH_AGENT_PID=([0-9]+)/)?.[1]) }
}

const options = (): SshOptions => ({ home, user: 'root', configFile: '/dev/null' })
const target = (more: Partial<Target> = {}): Target => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'root',
  ...more,
})
const key = (name: string) => ({ identityFile: join(keys, name) })

describe('logging in', () => {
  test.each(['plain', 'rsa', 'ecdsa'])('with a key file: %s', async name => {
    expect(await ask(options(), target(key(name)))).toEqual({ answer: 'root' })
  })

  test('with a key file takes one round trip: it is signed with, not asked for', async () => {
    const before = server.log().length
    await ask(options(), target(key('plain')))
    expect(server.log().slice(before)).toContain('Accepted publickey')
    expect(server.log().slice(before)).not.toContain('Postponed publickey')
  })

  test('with a key file that has a passphrase', async () => {
    const passphrase = new Secret('passphrase', 'open sesame')
    expect(await ask(options(), target({ ...key('locked'), passphrase }))).toEqual({ answer: 'root' })
  })

  test('with a passphrase that a person is asked for, once', async () => {
    const asked: string[] = []
    const askPassphrase = async (file: string) => {
      asked.push(file)
      return 'open sesame'
    }
    expect(await ask({ ...options(), askPassphrase }, target(key('locked')))).toEqual({ answer: 'root' })
    expect(asked).toEqual([join(keys, 'locked')])
  })

  test('with an agent', async () => {
    expect(await ask({ ...options(), agentSocket: agent.socket }, target())).toEqual({ answer: 'root' })
  })

  test('with an agent that holds the key of the identity file, without its passphrase', async () => {
    const env = {
      ...process.env,
      SSH_AUTH_SOCK: agent.socket,
      SSH_ASKPASS_REQUIRE: 'force',
      SSH_ASKPASS: join(home, 'askpass'),
    }
    writeFileSync(join(home, 'askpass'), '#!/bin/sh\necho open sesame\n', { mode: 0o700 })
    execFileSync('ssh-add', ['-q', join(keys, 'locked')], { env })
    expect(await ask({ ...options(), agentSocket: agent.socket }, target(key('locked')))).toEqual({
      answer: 'root',
    })
    execFileSync('ssh-add', ['-q', '-d', join(keys, 'locked.pub')], { env })
  })

  test('with IdentitiesOnly the agent shows no other keys', async () => {
    writeFileSync(join(home, 'only'), 'IdentitiesOnly yes\n')
    const { error } = await ask(
      { ...options(), agentSocket: agent.socket, configFile: join(home, 'only') },
      target(key('stranger')),
    )
    expect(error?.message).toContain(`tried: ${join(keys, 'stranger')}`)
  })

  test('with a password', async () => {
    const password = new Secret('password', 'pass word')
    const ann = target({ user: 'ann', identityFile: '/nonexistent', password, become: false })
    expect(await ask(options(), ann)).toEqual({ answer: 'ann' })
  })

  test('by ssh_config: alias, Include, HostName, Port, User, IdentityFile, known hosts', async () => {
    const config = join(home, '.ssh/config')
    mkdirSync(join(home, '.ssh/conf.d'))
    writeFileSync(config, `Include conf.d/*.conf\nHost *\n  User nobody-at-all\n`)
    writeFileSync(
      join(home, '.ssh/conf.d/lab.conf'),
      `Host m1.example\n  HostName 127.0.0.1\n  Port ${server.port}\n  User root\n  IdentityFile ~/keys/%r-key\n  UserKnownHostsFile ~/.ssh/known_hosts\n`,
    )
    execFileSync('cp', [join(keys, 'plain'), join(keys, 'root-key')])
    execFileSync('cp', [join(keys, 'plain.pub'), join(keys, 'root-key.pub')])
    expect(await ask({ home, user: 'me' }, { host: 'm1.example' })).toEqual({ answer: 'root' })
  })
})

describe('not let in', () => {
  const cases: readonly { name: string; more: () => Partial<Target>; says: () => string }[] = [
    {
      name: 'with a key that nobody knows',
      more: () => key('stranger'),
      says: () => `tried: ${join(keys, 'stranger')}`,
    },
    {
      name: 'with a passphrase that is missing',
      more: () => key('locked'),
      says: () => `${join(keys, 'locked')} has a passphrase, and none was given`,
    },
    {
      name: 'with a wrong passphrase',
      more: () => ({ ...key('locked'), passphrase: new Secret('p', 'wrong') }),
      says: () => `${join(keys, 'locked')}: the passphrase does not open it`,
    },
    {
      name: 'without any key',
      more: () => key('missing'),
      says: () => 'there was no key or password to try',
    },
  ]
  test.each(cases)('$name', async ({ more, says }) => {
    const { error } = await ask(options(), target(more()))
    expect(error?.code).toBe('failed')
    expect(error?.message).toMatch(/^m1 \(root@127\.0\.0\.1:[0-9]+\) does not let us in; /)
    expect(error?.message).toContain(says())
    expect(error?.hint).toContain('ssh-copy-id')
  })
})
