import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from '../../../src/core/cluster.ts'
import type { RunEvent } from '../../../src/core/event.ts'
import type { AnyStep } from '../../../src/core/step.ts'
import { applyPlan, type RunResult } from '../../../src/executor/apply.ts'
import { gather } from '../../../src/executor/gather.ts'
import { type OpenHosts, openHosts } from '../../../src/executor/hosts.ts'
import { newRunId, type RunIdentity } from '../../../src/executor/run.ts'
import { instancesOf, probesByHost } from '../../../src/planner/instances.ts'
import { makePlan } from '../../../src/planner/plan.ts'
import { sshTransport } from '../../../src/transport/ssh.ts'
import { cluster, context } from '../../executor/harness.ts'

/** How m1 and m2 are reached; plain data, so that another process can be given it. */
export interface Pair {
  readonly home: string
  readonly ports: readonly [number, number]
}

/** Writes known_hosts for a pair whose ports all show this key. */
export function knowPair(pair: Pair, hostKeys: readonly [string, string]): void {
  const lines = pair.ports.map((port, index) => `[127.0.0.1]:${port} ${hostKeys[index]}\n`)
  writeFileSync(join(pair.home, '.ssh/known_hosts'), lines.join(''))
}

function clusterOver(pair: Pair): Cluster {
  const ssh = (index: 0 | 1) => ({
    host: '127.0.0.1',
    port: pair.ports[index],
    user: 'root',
    identityFile: join(pair.home, 'id'),
    become: true,
    connectTimeoutMs: 20_000,
    keepaliveMs: 500,
  })
  const [first, second] = cluster.nodes
  return {
    ...cluster,
    nodes: [
      { ...first, ssh: ssh(0) },
      { ...second, ssh: ssh(1) },
    ],
  }
}

export interface PairController {
  readonly hosts: OpenHosts
  readonly run: RunIdentity
  readonly events: readonly RunEvent[]
  /** Plans and applies. */
  deploy(steps: readonly AnyStep[], lockTimeoutMs?: number): Promise<RunResult>
}

/** A controller that is connected to both nodes over SSH. */
export async function controlPair(pair: Pair, onEvent?: (event: RunEvent) => void): Promise<PairController> {
  const over = { ...context, cluster: clusterOver(pair) }
  const events: RunEvent[] = []
  const sink = (event: RunEvent): void => {
    events.push(event)
    onEvent?.(event)
  }
  const signal = new AbortController().signal
  const hosts = await openHosts({
    transport: sshTransport({ home: pair.home, user: 'root', configFile: '/dev/null' }),
    hosts: over.cluster.nodes,
    events: sink,
    signal,
  })
  const now = new Date()
  const startedAt = now.toISOString()
  const run = {
    id: newRunId(now),
    who: 'ann',
    controller: 'desk',
    pid: process.pid,
    startedAt,
    playbook: 'deploy',
  }
  return {
    hosts,
    run,
    events,
    deploy: async (steps, lockTimeoutMs = 0) => {
      const instances = instancesOf(over.cluster, steps)
      const plan = makePlan({ ...over, instances, facts: await gather(hosts, probesByHost(instances, over)) })
      return await applyPlan({
        ...over,
        instances,
        plan,
        hosts,
        events: sink,
        run,
        lockTimeoutMs,
        stop: signal,
        leave: signal,
      })
    },
  }
}
