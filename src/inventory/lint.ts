import type { Cluster } from '../core/cluster.ts'
import type { SourcePlace } from '../core/error.ts'
import type { Severity } from './lint-rule.ts'
import { lintRules } from './lint-rules.ts'
import type { DataPath } from './problem.ts'
import type { Inventory } from './schema.ts'

/** A rule that an inventory breaks, and where. */
export interface LintFinding {
  readonly id: string
  readonly severity: Severity
  readonly message: string
  readonly reason: string
  readonly fix: string
  readonly path: DataPath
  /** The place in the file; absent where a default is to blame, which stands in no file. */
  readonly at?: SourcePlace
  /** Why the inventory accepts it; absent when it does not. */
  readonly accepted?: string
}

/** Everything that the rules find, accepted findings among them, in the order of the rules. Pure. */
export function lint(cluster: Cluster, inventory: Inventory): readonly LintFinding[] {
  const accepted = new Map(inventory.accept.map(({ lint: id, reason }) => [id, reason]))
  const found = lintRules.flatMap(rule =>
    rule.check(cluster, inventory).map((hit): LintFinding => {
      const { id, reason } = rule
      const severity = hit.severity ?? rule.severity
      const why = accepted.get(id)
      return { id, reason, ...hit, severity, ...(why === undefined ? {} : { accepted: why }) }
    }),
  )
  return [...found, ...unusedAccepts(inventory, found)]
}

/** An accepted rule that finds nothing hides what comes later. */
function unusedAccepts({ accept }: Inventory, found: readonly LintFinding[]): readonly LintFinding[] {
  return accept.flatMap(({ lint: id }, index) => {
    if (found.some(finding => finding.id === id)) return []
    return [
      {
        id: 'accept-unused',
        severity: 'note' as const,
        message: `nothing here breaks the rule "${id}"`,
        reason: 'it would hide a finding that comes later',
        fix: 'remove it from accept',
        path: ['accept', index],
      },
    ]
  })
}

/** The findings that stop a deploy: errors that the inventory does not accept. */
export function blocking(findings: readonly LintFinding[]): readonly LintFinding[] {
  return findings.filter(finding => finding.severity === 'error' && finding.accepted === undefined)
}
