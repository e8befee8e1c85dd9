import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import type { SshOptions } from '../../../src/transport/ssh.ts'
import { ask, type Target } from './client.ts'
import { newHome, newKey, startServer, type TestServer } from './server.ts'

const { home, remove } = newHome()
const options: SshOptions = { home, user: 'root', configFile: '/dev/null' }
const password = new Secret('become', "pass 'word' $x")
let server: TestServer

beforeAll(async () => {
  const users = [
    { name: 'free', password: 'x', sudoers: 'ALL=(ALL) NOPASSWD: ALL' },
    { name: 'asked', password: "pass 'word' $x", sudoers: 'ALL=(ALL) ALL' },
    {
      name: 'never',
      password: "pass 'word' $x",
      sudoers: 'ALL=(ALL) ALL\nDefaults:never timestamp_timeout=0, passwd_tries=5, logfile=/srv/sudo.log',
    },
    {
      name: 'remembered',
      password: "pass 'word' $x",
      sudoers: 'ALL=(ALL) ALL\nDefaults:remembered timestamp_type=global, timestamp_timeout=60',
    },
    { name: 'pty', password: "pass 'word' $x", sudoers: 'ALL=(ALL) ALL\nDefaults:pty use_pty' },
    { name: 'nobody-special', password: "pass 'word' $x" },
  ]
  server = await startServer({ authorizedKeys: [newKey(join(home, 'id'))], users })
  writeFileSync(join(home, '.ssh/known_hosts'), `[127.0.0.1]:${server.port} ${server.hostKeys.ed25519}\n`)
})
afterAll(async () => {
  await server.stop()
  remove()
})

const as = (user: string, more: Partial<Target> = {}): Target => ({
  host: '127.0.0.1',
  port: server.port,
  identityFile: join(home, 'id'),
  user,
  ...more,
})

describe('becoming root', () => {
  test.each([
    ['without a password, where sudo asks for none', 'free', undefined],
    [
      'with a password, where sudo asks for none: it does not become the first line of the script',
      'free',
      password,
    ],
    ['with a password that sudo asks for', 'asked', password],
    ['with a password that sudo asks for each time', 'never', password],
    ['with a password that sudo remembers', 'remembered', password],
    ['through a pseudo-terminal of sudo’s own', 'pty', password],
  ])('%s', async (_, user, becomePassword) => {
    const wanted = as(user, becomePassword && { becomePassword })
    const script = 'id -un; printf "a\\nb" | wc -l; cat'
    expect(await ask(options, wanted, script)).toEqual({ answer: 'root\n1' })
    // Once more: what sudo remembers must change nothing.
    expect(await ask(options, wanted, script)).toEqual({ answer: 'root\n1' })
  })

  test('is not done for root, nor where it is not wanted', async () => {
    expect(await ask(options, as('root'))).toEqual({ answer: 'root' })
    expect(await ask(options, as('free', { become: false }))).toEqual({
      answer: 'free',
    })
  })

  test('leaves the password in no process list', async () => {
    const wanted = as('asked', { becomePassword: password })
    const look = (word: string) =>
      `cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c ${word}`
    expect(await ask(options, wanted, look("'^[s]udo$'"))).toEqual({
      answer: expect.stringMatching(/^[1-9]/),
    })
    expect(await ask(options, wanted, `${look(`"[p]ass 'word'"`)}; true`)).toEqual({ answer: '0' })
  })
})

describe('not becoming root', () => {
  test.each([
    [
      'no password given',
      'asked',
      {},
      /^m1: sudo wants a password of asked, and none was given$/,
      /becomePassword/,
    ],
    [
      'a wrong password',
      'asked',
      { becomePassword: new Secret('become', 'wrong') },
      /^m1: sudo does not take the password of asked$/,
      /becomePassword/,
    ],
    [
      'a user that may not',
      'nobody-special',
      { becomePassword: password },
      /^m1: sudo gives nobody-special no root shell: .*not in the sudoers file/,
      /needs ALL/,
    ],
  ])('%s', async (_, user, more, message, hint) => {
    const { error } = await ask(options, as(user, more))
    expect(error?.code).toBe('failed')
    expect(error?.message).toMatch(message)
    expect(error?.hint).toMatch(hint)
  })

  test('a wrong password is tried once, and the script is not taken for further ones', async () => {
    await ask(options, as('never', { becomePassword: new Secret('b', 'wrong') }))
    expect(server.run('grep -o "[0-9]* incorrect password attempt.*;" /srv/sudo.log')).toMatch(
      /^1 incorrect[^\n]*\n$/,
    )
  })
})
