import { userInfo } from 'node:os'
import { applyPlan } from '../../src/executor/apply.ts'
import { gather } from '../../src/executor/gather.ts'
import { openHosts } from '../../src/executor/hosts.ts'
import { newRunId } from '../../src/executor/run.ts'
import { probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { maskFor } from '../../src/report/mask.ts'
import { plain } from '../../src/report/paint.ts'
import { planRecord } from '../../src/report/plan-record.ts'
import { planText } from '../../src/report/plan-text.ts'
import { sshTransport } from '../../src/transport/ssh.ts'
import { type BenchTarget, benchWork } from './work.ts'

/*
 * What is measured: `node controller.js plan|deploy INVENTORY TARGET-JSON`, a process from its start to
 * its end, doing what the commands of that name do: read the inventory, connect, gather, plan, print,
 * and for deploy apply. Its last line says the serial round trips.
 */

const [mode, inventory = '', target = '{}'] = process.argv.slice(2)
const work = await benchWork(inventory, JSON.parse(target) as BenchTarget)
const never = new AbortController().signal
const events = () => undefined
const hosts = await openHosts({
  transport: sshTransport({ home: '/nonexistent', user: userInfo().username, configFile: '/dev/null' }),
  hosts: work.cluster.nodes,
  events,
  signal: never,
})
for (const { message } of hosts.failures.values()) throw new Error(message)
const facts = await gather(hosts, probesByHost(work.instances, work))
const plan = makePlan({ ...work, facts })
const record = planRecord(plan, maskFor(work.cluster.secrets))
process.stdout.write(`${planText(record, { paint: plain, showsInSync: false, showsActions: false })}\n`)

if (mode === 'deploy') {
  const now = new Date()
  const result = await applyPlan({
    ...work,
    plan,
    hosts,
    events,
    run: {
      id: newRunId(now),
      who: 'bench',
      controller: 'bench',
      pid: process.pid,
      startedAt: now.toISOString(),
      playbook: 'bench',
    },
    lockTimeoutMs: 0,
    stop: never,
    leave: never,
  })
  process.stdout.write(`${result.result}: ${result.message ?? ''}\n`)
  process.exitCode = result.exitCode
}
await hosts.close()
process.stdout.write(`changes: ${plan.counts.change} round trips: ${hosts.roundTrips()}\n`)
