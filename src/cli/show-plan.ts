import type { Cluster } from '../core/cluster.ts'
import type { Plan } from '../core/plan.ts'
import type { CheckResult } from '../preflight/check.ts'
import { maskFor } from '../report/mask.ts'
import { planMarkdown } from '../report/plan-markdown.ts'
import { type PlanRecord, planRecord } from '../report/plan-record.ts'
import { planText } from '../report/plan-text.ts'
import type { Screen } from './cli.ts'

/** A plan as it is shown and saved: every secret of the cluster masked. */
export function shownPlan(plan: Plan, cluster: Cluster): PlanRecord {
  return planRecord(plan, maskFor(cluster.secrets))
}

/** Prints a plan for people. `closing` comes before the counts, which are the last line. */
export function printPlan(
  record: PlanRecord,
  screen: Screen,
  {
    showsInSync = false,
    closing,
    failedChecks = [],
  }: {
    readonly showsInSync?: boolean
    readonly closing?: string | undefined
    readonly failedChecks?: readonly CheckResult[]
  },
): void {
  if (screen.format === 'markdown') {
    screen.print(
      [planMarkdown(record, failedChecks), ...(closing === undefined ? [] : [`<sub>${closing}</sub>`])].join(
        '\n\n',
      ),
    )
    return
  }
  screen.print(
    planText(record, {
      paint: screen.paint,
      showsInSync,
      showsActions: screen.verbosity >= 2,
      failedChecks,
      closing: closing === undefined ? [] : [closing],
    }),
  )
}
