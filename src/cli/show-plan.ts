import type { Cluster } from '../core/cluster.ts'
import type { Plan } from '../core/plan.ts'
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
  { showsInSync = false, closing }: { readonly showsInSync?: boolean; readonly closing?: string | undefined },
): void {
  if (screen.format === 'markdown') {
    screen.print(
      [planMarkdown(record), ...(closing === undefined ? [] : [`<sub>${closing}</sub>`])].join('\n\n'),
    )
    return
  }
  screen.print(
    planText(record, {
      paint: screen.paint,
      showsInSync,
      showsForgone: screen.verbosity >= 1,
      showsActions: screen.verbosity >= 2,
      closing: closing === undefined ? [] : [closing],
    }),
  )
}
