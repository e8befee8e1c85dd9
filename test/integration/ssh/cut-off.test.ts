import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readLocks, unlock } from '../../../src/executor/unlock.ts'
import { longStep, nextStep } from './long-steps.ts'
import { controlPair, knowPair, type Pair, type PairController } from './pair.ts'
import { startRelay } from './relay.ts'
import { newHome, newKey, startServer, type TestServer } from './server.ts'

const { home, remove } = newHome()
const built = mkdtempSync(join(tmpdir(), 'nfsha-controller-'))
const top = join(import.meta.dirname, '../../..')
let servers: readonly [TestServer, TestServer]
let pair: Pair
const controllers: PairController[] = []

beforeAll(async () => {
  const authorizedKeys = [newKey(join(home, 'id'))]
  servers = [await startServer({ authorizedKeys }), await startServer({ authorizedKeys })]
  pair = { home, ports: [servers[0].port, servers[1].port] }
  execFileSync('npx', ['tsc', '-p', 'test/integration/ssh/tsconfig.json', '--outDir', built], { cwd: top })
  symlinkSync(join(top, 'node_modules'), join(built, 'node_modules'))
  writeFileSync(join(built, 'package.json'), '{"type":"module"}')
})
afterAll(async () => {
  for (const server of servers) await server.stop()
  rmSync(built, { recursive: true })
  remove()
})
beforeEach(() => {
  knowPair(pair, [servers[0].hostKeys.ed25519, servers[1].hostKeys.ed25519])
})
afterEach(async () => {
  onBoth('touch /srv/go')
  for (const controller of controllers.splice(0)) await controller.hosts.close()
  onBoth('flock /run/nfsha/lock true; rm -rf /srv/*')
})

const onBoth = (script: string) => servers.map(server => server.run(script))
async function control(through = pair): Promise<PairController> {
  const controller = await controlPair(through)
  controllers.push(controller)
  return controller
}

test('a controller killed in the middle: its step ends under the lock; then the lock is stale, said so, and taken over', async () => {
  const child = spawn(
    process.execPath,
    [join(built, 'test/integration/ssh/controller.js'), JSON.stringify(pair)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data')
  const runId = String(said).match(/^begun (\S+)\n/)?.[1] ?? 'none'
  child.kill('SIGKILL')
  await once(child, 'close')

  const other = await control()
  expect(await readLocks(other.hosts)).toMatchObject([
    { held: true, holder: { id: runId }, running: expect.stringContaining('running long: while') },
    { held: true, holder: { id: runId } },
  ])
  expect(await other.deploy([nextStep])).toMatchObject({
    exitCode: 5,
    message: expect.stringContaining(runId),
  })
  await expect(unlock(other.hosts, runId)).rejects.toMatchObject({ code: 'refused' })

  onBoth('touch /srv/go')
  onBoth('flock /run/nfsha/lock true')
  expect(onBoth('cat /srv/long; ls /srv')).toEqual(['a\ngo\nlong\n', 'a\ngo\nlong\n'])
  expect(await readLocks(other.hosts)).toMatchObject([
    { held: false, stale: true, running: expect.stringContaining('whose last deed was long: while') },
    { held: false, stale: true },
  ])
  expect(await other.deploy([longStep, nextStep])).toMatchObject({ result: 'done' })
  expect(other.events).toContainEqual({
    type: 'lock-taken',
    host: 'm1',
    stale: expect.stringMatching(`^run ${runId} by ann@desk .*\\(exit code 0\\)$`),
  })
})

test('a cable pulled in the middle: the error says what was running where, the step goes on, running again waits for it', async () => {
  const relays = await Promise.all([startRelay(servers[0].port), startRelay(servers[1].port)])
  const through: Pair = { home, ports: [relays[0].port, relays[1].port] }
  knowPair(through, [servers[0].hostKeys.ed25519, servers[1].hostKeys.ed25519])
  const running = new Set<string>()
  const cut = await controlPair(through, event => {
    if (event.type === 'action-started') running.add(event.host)
    if (running.size === 2) for (const relay of relays) relay.goSilent()
  })
  controllers.push(cut)
  const result = await cut.deploy([longStep])
  expect(result).toMatchObject({ result: 'failed', exitCode: 4 })
  expect(result.message).toMatch(
    /^the link to m1 \(.*\) is dead: no answer to keepalives, while it was running long: while/,
  )
  expect(result.hint).toContain('running the same command again is safe')
  // The nodes' side of the connection ends now, as it would once sshd notices.
  for (const relay of relays) relay.stop()

  knowPair(pair, [servers[0].hostKeys.ed25519, servers[1].hostKeys.ed25519])
  const other = await control()
  const again = other.deploy([nextStep], 60_000)
  setTimeout(() => onBoth('touch /srv/go'), 500)
  expect(await again).toMatchObject({ result: 'done' })
  expect(onBoth('cat /srv/long')).toEqual(['a\n', 'a\n'])
})

test('a node that goes down in the middle: the other’s part is finished and its lock given back', async () => {
  const relay = await startRelay(servers[1].port)
  const through: Pair = { home, ports: [servers[0].port, relay.port] }
  knowPair(through, [servers[0].hostKeys.ed25519, servers[1].hostKeys.ed25519])
  const cut = await controlPair(through, event => {
    if (event.type !== 'action-started' || event.host !== 'm2') return
    relay.stop()
    servers[0].run('touch /srv/go')
  })
  controllers.push(cut)
  expect(await cut.deploy([longStep])).toMatchObject({ exitCode: 4, message: expect.stringContaining('m2') })
  expect(servers[0].run('cat /srv/long; flock -n /run/nfsha/lock echo free')).toBe('a\nfree\n')
})
