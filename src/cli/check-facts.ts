import type { Cluster } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import type { CheckResult } from '../preflight/check.ts'
import { coveredBySteps, evaluate } from '../preflight/preflight.ts'

/**
 * The failed checks that stand against a plan. What the plan's own steps refuse, they refuse more
 * exactly, and knowing what was consented to; so those checks are left to them.
 */
export function failedChecks(cluster: Cluster, facts: Facts): readonly CheckResult[] {
  return evaluate(cluster, facts).filter(
    ({ check, result }) => result === 'fail' && !coveredBySteps.has(check),
  )
}

/**
 * Errors: `preflight` with every failed check; `refused` when one of them is that a node is not who
 * the inventory says: then nothing read there is about this cluster.
 */
export function assertChecked(failed: readonly CheckResult[]): void {
  if (failed.length === 0) return
  throw new NfshaError(
    isAnotherNode(failed) ? 'refused' : 'preflight',
    failed.length === 1
      ? 'a check failed, so nothing was changed'
      : `${failed.length} checks failed, so nothing was changed`,
    'mend them, and look at `nfsha check`',
    {
      problems: failed.map(({ node, check, message, fix }) => ({
        message: `${node}: ${check}: ${message}`,
        hint: fix ?? '',
      })),
    },
  )
}

export function isAnotherNode(failed: readonly CheckResult[]): boolean {
  return failed.some(({ check }) => check === 'node-name')
}
