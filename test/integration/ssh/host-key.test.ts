import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SshOptions } from '../../../src/transport/ssh.ts'
import { ask, type Target } from './client.ts'
import { newHome, newKey, startServer, type TestServer } from './server.ts'

const { home, remove } = newHome()
const knownHosts = join(home, '.ssh/known_hosts')
const options: SshOptions = { home, user: 'root', configFile: join(home, 'config') }
let server: TestServer
let name = ''
let stranger = ''

beforeAll(async () => {
  const publicKey = newKey(join(home, 'id'))
  stranger = newKey(join(home, 'stranger'))
  server = await startServer({ authorizedKeys: [publicKey] })
  name = `[127.0.0.1]:${server.port}`
})
afterAll(async () => {
  await server.stop()
  remove()
})
beforeEach(() => {
  writeFileSync(join(home, 'config'), '')
  execFileSync('rm', ['-f', knownHosts])
})

const target = (): Target => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'root',
  identityFile: join(home, 'id'),
})
const know = (...lines: readonly string[]) => writeFileSync(knownHosts, `${lines.join('\n')}\n`)

describe('a host key that is known', () => {
  test.each([
    ['by its name and port', () => know(`${name} ${server.hostKeys.ed25519}`)],
    [
      'hashed',
      () => {
        know(`${name} ${server.hostKeys.ed25519}`)
        execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHosts], { stdio: 'ignore' })
        expect(readFileSync(knownHosts, 'utf8')).toMatch(/^\|1\|/)
      },
    ],
    ['by a pattern', () => know(`[127.0.0.*]:*,!other ${server.hostKeys.ed25519}`)],
    ['by its plain name, the port being unknown', () => know(`127.0.0.1 ${server.hostKeys.ed25519}`)],
    ['of another type than the server would choose', () => know(`${name} ${server.hostKeys.rsa}`)],
    [
      'among lines of others',
      () => know('# a comment', '', `other ${stranger}`, `${name} ${server.hostKeys.ed25519}`),
    ],
  ])('%s', async (_, prepare) => {
    prepare()
    expect(await ask(options, target())).toEqual({ answer: 'root' })
  })

  test('by its HostKeyAlias', async () => {
    know(`the-node ${server.hostKeys.ed25519}`)
    writeFileSync(join(home, 'config'), 'HostKeyAlias the-node\n')
    expect(await ask(options, target())).toEqual({ answer: 'root' })
  })
})

describe('a host key that is refused', () => {
  test('unknown: fingerprint, and the fix to run', async () => {
    const { error } = await ask(options, target())
    const fingerprint = execFileSync('ssh-keygen', ['-lf', join(server.folder, 'host_ed25519.pub')], {
      encoding: 'utf8',
    })
    expect(error?.code).toBe('refused')
    expect(error?.message).toContain(
      `the host key of m1 is not known: it shows ssh-ed25519 ${fingerprint.split(' ')[1]}`,
    )
    expect(error?.hint).toContain(`ssh-keyscan -p ${server.port} 127.0.0.1 >> ${knownHosts}`)
  })

  test('changed: where the old one stands, and a fix that works', async () => {
    know('# first', `${name} ${stranger}`)
    const { error } = await ask(options, target())
    expect(error?.code).toBe('refused')
    expect(error?.message).toMatch(/^the host key of m1 changed: .*known_hosts line 2$/)
    const fix = error?.hint.match(/(ssh-keygen -R .*), then (ssh-keyscan .*)$/)
    execFileSync('sh', ['-c', `${fix?.[1]} && ${fix?.[2]}`], { stdio: 'ignore' })
    expect(await ask(options, target())).toEqual({ answer: 'root' })
  })

  test('changed, also where nothing is checked', async () => {
    know(`${name} ${stranger}`)
    writeFileSync(join(home, 'config'), 'StrictHostKeyChecking no\n')
    expect((await ask(options, target())).error?.code).toBe('refused')
  })

  test('revoked', async () => {
    know(`${name} ${server.hostKeys.ed25519}`, `@revoked * ${server.hostKeys.ed25519}`)
    expect((await ask(options, target())).error?.message).toMatch(
      /^the host key of m1 is revoked by .* line 2$/,
    )
  })

  test('vouched for by an authority only, which cannot be checked', async () => {
    know(`@cert-authority * ${stranger}`)
    expect((await ask(options, target())).error?.message).toContain(
      'a certificate authority vouches for it there',
    )
  })
})

describe('StrictHostKeyChecking', () => {
  test('accept-new records a new key, and then knows it', async () => {
    writeFileSync(join(home, 'config'), 'StrictHostKeyChecking accept-new\n')
    expect(await ask(options, target())).toEqual({ answer: 'root' })
    expect(readFileSync(knownHosts, 'utf8')).toBe(
      `${name} ${server.hostKeys.ed25519.split(' ').slice(0, 2).join(' ')}\n`,
    )
    writeFileSync(join(home, 'config'), '')
    expect(await ask(options, target())).toEqual({ answer: 'root' })
  })

  test('no takes a new key without recording it', async () => {
    writeFileSync(join(home, 'config'), 'StrictHostKeyChecking no\n')
    expect(await ask(options, target())).toEqual({ answer: 'root' })
    expect(existsSync(knownHosts)).toBe(false)
  })
})
