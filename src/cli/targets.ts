import type { Cluster, Host } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import type { OpenHosts } from '../executor/hosts.ts'
import type { PlaybookHeader } from '../playbook/header.ts'
import { assertAllAnswer } from './connect.ts'

type Needs = PlaybookHeader['needs']

/** The hosts that a playbook works on, if they answer. Errors: `usage`, when there are none. */
export function hostsFor(
  needs: Needs,
  { nodes, clients }: Pick<Cluster, 'nodes' | 'clients'>,
): readonly Host[] {
  if (needs !== 'clients') return nodes
  if (clients.length > 0) return clients
  throw new NfshaError('usage', 'the inventory names no clients', 'add them under `clients:`')
}

/**
 * The hosts that are worked on: those that answer, when enough of them do. Errors: `unreachable` (or
 * what else stood in the way) when one that is needed does not.
 */
export function targetsAmong(needs: Needs, asked: readonly Host[], hosts: OpenHosts): readonly Host[] {
  const answering = asked.filter(({ name }) => hosts.sessions.has(name))
  if (needs === 'both' || answering.length === 0) assertAllAnswer(hosts)
  return answering
}
