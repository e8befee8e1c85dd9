import { spawnSync } from 'node:child_process'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { openHosts } from '../../src/executor/hosts.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { sshTransport } from '../../src/transport/ssh.ts'
import { countNow, ofMachine } from './count.ts'

/*
 * Commands against a pair that serves: seconds, and processes that each node started meanwhile, its own
 * and the cluster's among them; the first row is of doing nothing. Run in nfsha's folder, once it is built.
 */

const [inventory = ''] = process.argv.slice(2)
const io = { env: process.env, cwd: process.cwd(), stdin: { readText: async () => '' } }
const { cluster } = await loadInventory(inventory, io, { offline: true })
const hosts = await openHosts({
  transport: sshTransport({ home: process.env.HOME ?? '/', user: userInfo().username }),
  hosts: cluster.nodes,
  events: () => undefined,
  signal: new AbortController().signal,
})
for (const error of hosts.failures.values()) throw error
const sessions = [...hosts.sessions.values()]
const counts = () => Promise.all(sessions.map(session => countNow(session, ofMachine)))

const commands = [
  ['nothing, for 10 s', ''],
  ['facts', 'facts'],
  ['status', 'status'],
  ['plan', 'plan'],
  ['no-op deploy', 'deploy', '--yes'],
] as const

process.stdout.write(
  `| on the lab | s | processes on ${cluster.nodes.map(({ name }) => name).join(' | on ')} |\n`,
)
process.stdout.write('|---|---|---|---|\n')
for (const [name, command, ...options] of commands) {
  const before = await counts()
  const startedAt = performance.now()
  const argv = [join('dist', 'cli', 'main.js'), command, inventory, ...options]
  if (command === '') await new Promise(resolve => setTimeout(resolve, 10_000))
  else spawnSync(process.execPath, argv, { stdio: 'ignore' })
  const seconds = (performance.now() - startedAt) / 1000
  const after = await counts()
  const started = after.map((count, at) => count - (before[at] ?? 0))
  process.stdout.write(`| ${name} | ${seconds.toFixed(1)} | ${started.join(' | ')} |\n`)
}
await hosts.close()
