import type { Node } from '../core/cluster.ts'
import { type HostFacts, unknown } from '../core/fact.ts'
import { os } from '../facts/os.ts'
import type { CheckResult } from './check.ts'

/** The failed check of a node that does not answer: `os` is asked of every node. Undefined: it does. */
export function unreachable(node: Node, facts: HostFacts): CheckResult | undefined {
  const answer = facts[os.id] ?? unknown('it was not read')
  if (answer.state !== 'unknown') return undefined
  return {
    node: node.name,
    check: 'reachable',
    result: 'fail',
    message: `the node does not answer: ${answer.reason}`,
    fix: `try ssh to ${node.ssh.host}; the other checks of ${node.name} wait for it`,
  }
}
