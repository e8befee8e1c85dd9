import type { Cluster } from '../core/cluster.ts'
import type { DataPath } from './problem.ts'
import type { Inventory } from './schema.ts'

/**
 * `error`: it will not work or will lose data as written; `warning`: it works until something fails;
 * `note`: a choice worth knowing.
 */
export type Severity = 'error' | 'warning' | 'note'

/** One place where a rule is broken. */
export interface Hit {
  readonly path: DataPath
  readonly message: string
  readonly fix: string
  /** When it differs from the rule's own. */
  readonly severity?: Severity
}

/** A rule over what the inventory means; `reason` fits a line, `explanation` is for `nfsha explain`. */
export interface LintRule {
  readonly id: string
  readonly severity: Severity
  readonly title: string
  readonly reason: string
  readonly explanation: string
  check(cluster: Cluster, inventory: Inventory): readonly Hit[]
}

/** A rule with at most one hit: the hit, or none. */
export function when(broken: boolean, hit: Hit): readonly Hit[] {
  return broken ? [hit] : []
}
