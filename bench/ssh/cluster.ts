import type { Cluster, SshTarget } from '../../src/core/cluster.ts'
import { loadInventory } from '../../src/inventory/load.ts'

/** How the benchmark's hosts are reached: ports of the relay, and what ssh(1) is given as well. */
export interface BenchTarget {
  readonly ports: readonly [number, number]
  readonly identityFile: string
  readonly knownHostsFile: string
}

/** The cluster of a real inventory, so that reading one is part of the time; reached over the relay. */
export async function benchCluster(inventory: string, target: BenchTarget): Promise<Cluster> {
  const io = { env: {}, cwd: '/', stdin: { readText: async () => '' } }
  const { cluster } = await loadInventory(inventory, io, { offline: true })
  const [first, second] = cluster.nodes
  return {
    ...cluster,
    nodes: [
      { ...first, ssh: sshTo(target, target.ports[0]) },
      { ...second, ssh: sshTo(target, target.ports[1]) },
    ],
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
