import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Facts } from '../../../src/core/fact.ts'
import { present } from '../../../src/core/fact.ts'
import { openSurvey, type SurveyReading } from '../../../src/executor/survey.ts'
import { sshTransport } from '../../../src/transport/ssh.ts'
import { output } from './client.ts'
import { newHome, newKey, startServer, type TestServer } from './server.ts'

/*
 * m2 is known by an address at which nobody answers; m1 reaches it at another one.
 */

const { home, remove } = newHome()
const who = output('cat /srv/name')
let m1: TestServer
let m2: TestServer

beforeAll(async () => {
  const authorizedKeys = [newKey(join(home, 'id'))]
  m1 = await startServer({ authorizedKeys })
  m2 = await startServer({ authorizedKeys })
  m1.run('echo m1 > /srv/name')
  m2.run('echo m2 > /srv/name')
})
afterAll(async () => {
  await m1.stop()
  await m2.stop()
  remove()
})

/** Looks at both, m2's key being known by its own address as this one. */
async function survey(keyOfM2: string): Promise<SurveyReading> {
  const known = [`[127.0.0.1]:${m1.port} ${m1.hostKeys.ed25519}`, `[127.0.0.2]:${m2.port} ${keyOfM2}`]
  writeFileSync(join(home, '.ssh/known_hosts'), `${known.join('\n')}\n`)
  const ssh = {
    user: 'root',
    identityFile: join(home, 'id'),
    become: true,
    connectTimeoutMs: 20_000,
    keepaliveMs: 5000,
  }
  const first = { name: 'm1', ssh: { ...ssh, host: '127.0.0.1', port: m1.port } }
  const second = { name: 'm2', ssh: { ...ssh, host: '127.0.0.2', port: m2.port } }
  const looking = openSurvey({
    transport: sshTransport({ home, user: 'root', configFile: '/dev/null' }),
    hosts: [
      { address: first },
      { address: second, detour: { through: first, addresses: ['127.0.0.3', '127.0.0.1'] } },
    ],
    events: () => undefined,
    signal: new AbortController().signal,
  })
  try {
    return await looking.read({ m1: [who], m2: [who] }, 30_000)
  } finally {
    await looking.close()
  }
}

const answer = (facts: Facts, host: string) => facts[host]?.[who.id]

describe('a node whose own address is silent', () => {
  test('is asked through the other one, at the address that answers', async () => {
    const { facts, detours } = await survey(m2.hostKeys.ed25519)
    expect(answer(facts, 'm1')).toEqual(present('m1'))
    expect(answer(facts, 'm2')).toEqual(present('m2'))
    expect(detours).toEqual({ m2: { through: 'm1', address: '127.0.0.1' } })
  })

  test('must show the key that it is known by', async () => {
    const { facts, detours } = await survey(m1.hostKeys.ed25519)
    expect(answer(facts, 'm2')).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('host key of m2 changed'),
    })
    expect(detours).toEqual({})
  })
})
