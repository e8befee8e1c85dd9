import { userInfo } from 'node:os'
import { openHosts } from '../../src/executor/hosts.ts'
import { sshTransport } from '../../src/transport/ssh.ts'
import { type BenchTarget, benchCluster } from './cluster.ts'

/*
 * What is measured: `node controller.js plan|deploy INVENTORY TARGET-JSON`, a process from its start to
 * its end, doing what the commands of that name do: read the inventory, connect, gather, plan, print,
 * and for deploy apply. Its last line says the serial round trips. All that connecting does not need
 * is loaded while the network is waited for.
 */

const [mode, inventory = '', target = '{}'] = process.argv.slice(2)
const cluster = await benchCluster(inventory, JSON.parse(target) as BenchTarget)
const connecting = openHosts({
  transport: sshTransport({ home: '/nonexistent', user: userInfo().username, configFile: '/dev/null' }),
  hosts: cluster.nodes,
  events: () => undefined,
  signal: new AbortController().signal,
})
const { benchWork } = await import('./work.ts')
const { planOn } = await import('./plan.ts')
const work = benchWork(cluster)
const hosts = await connecting
for (const { message } of hosts.failures.values()) throw new Error(message)
const plan = await planOn(hosts, work)
if (mode === 'deploy') {
  const { applyOn } = await import('./apply.ts')
  process.exitCode = await applyOn(hosts, work, plan)
}
await hosts.close()
process.stdout.write(`changes: ${plan.counts.change} round trips: ${hosts.roundTrips()}\n`)
