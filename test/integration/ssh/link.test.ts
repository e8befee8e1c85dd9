import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gather } from '../../../src/executor/gather.ts'
import type { SshOptions } from '../../../src/transport/ssh.ts'
import { ask, open, output, type Target } from './client.ts'
import { startRelay } from './relay.ts'
import { freePort, newHome, newKey, startServer, type TestServer } from './server.ts'

const { home, remove } = newHome()
const options: SshOptions = { home, user: 'root', configFile: '/dev/null' }
let server: TestServer
let jump: TestServer
let closedJump: TestServer
const servers: TestServer[] = []

beforeAll(async () => {
  const authorizedKeys = [newKey(join(home, 'id'))]
  server = await startServer({ authorizedKeys })
  jump = await startServer({ authorizedKeys, users: [{ name: 'hop' }] })
  closedJump = await startServer({ authorizedKeys, config: ['AllowTcpForwarding no'] })
  servers.push(server, jump, closedJump)
  // One key for every port: relays are known as well.
  const lines = servers.map(({ port, hostKeys }) => `[127.0.0.1]:${port} ${hostKeys.ed25519}`)
  writeFileSync(join(home, '.ssh/known_hosts'), `${lines.join('\n')}\n`)
})
afterAll(async () => {
  for (const each of servers) await each.stop()
  remove()
})

const to = (port: number, more: Partial<Target> = {}): Target => ({
  host: '127.0.0.1',
  port,
  user: 'root',
  identityFile: join(home, 'id'),
  ...more,
})

function knowRelay(port: number): void {
  const file = join(home, '.ssh/known_hosts')
  writeFileSync(file, `${readFileSync(file, 'utf8')}[127.0.0.1]:${port} ${server.hostKeys.ed25519}\n`)
}

describe('jump hosts', () => {
  test('are gone through, one connection for all hosts behind them', async () => {
    const before = jump.log().length
    const chain = `hop@127.0.0.1:${jump.port}`
    const hosts = await open(options, {
      m1: to(server.port, { jump: chain }),
      m2: to(closedJump.port, { jump: chain }),
    })
    expect([...hosts.failures.values()]).toEqual([])
    const facts = await gather(hosts, { m1: [output('id -un')], m2: [output('id -un')] })
    expect(facts).toMatchObject({ m1: { 'id -un': { value: 'root' } }, m2: { 'id -un': { value: 'root' } } })
    await hosts.close()
    expect(
      jump
        .log()
        .slice(before)
        .match(/Accepted publickey for hop/g),
    ).toHaveLength(1)
  })

  test('may be several', async () => {
    const chain = `root@127.0.0.1:${jump.port},hop@127.0.0.1:${jump.port}`
    expect(await ask(options, to(server.port, { jump: chain }))).toEqual({ answer: 'root' })
  })

  test('come from ssh_config as well', async () => {
    const config = join(home, 'config')
    writeFileSync(
      config,
      `Host gate\n  HostName 127.0.0.1\n  Port ${jump.port}\n  User hop\nHost 127.0.0.1\n  ProxyJump gate\n`,
    )
    const before = jump.log().length
    expect(await ask({ ...options, configFile: config }, to(server.port))).toEqual({ answer: 'root' })
    expect(jump.log().slice(before)).toContain('Accepted publickey for hop')
  })

  test('that do not forward are named', async () => {
    const { error } = await ask(options, to(server.port, { jump: `127.0.0.1:${closedJump.port}` }))
    expect(error).toMatchObject({ code: 'unreachable' })
    expect(error?.message).toContain('jump host 127.0.0.1 cannot reach 127.0.0.1')
    expect(error?.hint).toContain('AllowTcpForwarding')
  })

  test('have their own host keys verified', async () => {
    const port = jump.port
    const { error } = await ask(
      options,
      to(server.port, { jump: `127.0.0.1:${port}`, knownHostsFile: '/dev/null' }),
    )
    expect(error?.code).toBe('refused')
  })
})

describe('a link', () => {
  test('that nobody answers on', async () => {
    const { error } = await ask(options, to(await freePort()))
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('connection refused'),
    })
  })

  test('whose port is forwarded to a host that is down', async () => {
    const port = await freePort()
    const forward = createServer(socket => socket.end()).listen(port, '127.0.0.1')
    const { error } = await ask(options, to(port))
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('hung up before it said anything'),
      hint: expect.stringContaining('is up'),
    })
    forward.close()
  })

  test('that is silent while connecting', async () => {
    const relay = await startRelay(server.port)
    relay.goSilent()
    const { error } = await ask(options, to(relay.port, { connectTimeoutMs: 1000 }))
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('did not answer within 1 s'),
    })
    relay.stop()
  })

  test('whose cable is pulled is found dead by keepalives', async () => {
    const relay = await startRelay(server.port)
    knowRelay(relay.port)
    const hosts = await open(options, { m1: to(relay.port, { keepaliveMs: 300 }) })
    const asked = gather(hosts, { m1: [output('echo begun; sleep 15')] })
    setTimeout(() => relay.goSilent(), 500)
    expect(await asked).toMatchObject({ m1: { 'echo begun; sleep 15': { state: 'unknown' } } })
    expect(hosts.failures.get('m1')).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('is dead: no answer to keepalives'),
    })
    await hosts.close()
    relay.stop()
  })

  test('that is reset does not end the process, neither busy nor idle', async () => {
    const relay = await startRelay(server.port)
    knowRelay(relay.port)
    const hosts = await open(options, { busy: to(relay.port), idle: to(relay.port) })
    const asked = gather(hosts, { busy: [output('sleep 15')] })
    setTimeout(() => relay.reset(), 500)
    expect(await asked).toMatchObject({ busy: { 'sleep 15': { state: 'unknown' } } })
    expect(hosts.failures.get('busy')).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('the connection was reset'),
    })
    await gather(hosts, { idle: [output('true')] })
    expect(hosts.failures.get('idle')?.code).toBe('unreachable')
    await hosts.close()
    relay.stop()
  })

  test('that is busy with much output brings all of it', async () => {
    const script = 'head -c 90000 /dev/zero | tr "\\0" x'
    expect(await ask(options, to(server.port), script)).toEqual({ answer: 'x'.repeat(90_000) })
  })
})
