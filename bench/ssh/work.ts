import type { Cluster, SshTarget } from '../../src/core/cluster.ts'
import { loadInventory } from '../../src/inventory/load.ts'
import { instancesOf } from '../../src/planner/instances.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { steps } from './steps.ts'

/** How the benchmark's hosts are reached: ports of the relay, and what ssh(1) is given as well. */
export interface BenchTarget {
  readonly ports: readonly [number, number]
  readonly identityFile: string
  readonly knownHostsFile: string
}

/** What is planned, of a real inventory, so that reading one is part of the time. */
export async function benchWork(inventory: string, target: BenchTarget) {
  const io = { env: {}, cwd: '/', stdin: { readText: async () => '' } }
  const loaded = await loadInventory(inventory, io, { offline: true })
  const [first, second] = loaded.cluster.nodes
  const cluster: Cluster = {
    ...loaded.cluster,
    nodes: [
      { ...first, ssh: sshTo(target, target.ports[0]) },
      { ...second, ssh: sshTo(target, target.ports[1]) },
    ],
  }
  return {
    cluster,
    instances: instancesOf(cluster, steps),
    params: { allowDataLoss: [], waitSync: false },
    render: createRender(templateLoader()),
    playbook: 'bench',
  }
}

function sshTo({ identityFile, knownHostsFile }: BenchTarget, port: number): SshTarget {
  return {
    host: '127.0.0.1',
    port,
    user: 'root',
    identityFile,
    knownHostsFile,
    become: true,
    connectTimeoutMs: 60_000,
    keepaliveMs: 5000,
  }
}
