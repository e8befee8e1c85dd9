import type { Cluster } from '../core/cluster.ts'

/** The line under a plan of the pair that says what is not in it: the mounts of its clients, where any are declared. */
export function clientMountsLine({ clients }: Pick<Cluster, 'clients'>): string | undefined {
  const declared = clients.flatMap(({ name, mounts }) => mounts.map(({ path }) => `${path} on ${name}`))
  if (declared.length === 0) return undefined
  return `Not in this plan: ${declared.join(', ')}; \`nfsha clients status\` looks, \`nfsha clients deploy\` mounts`
}
