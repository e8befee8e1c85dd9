import type { Cluster } from '../core/cluster.ts'
import type { FailoverPrediction } from '../core/failover.ts'
import type { Plan } from '../core/plan.ts'
import type { CheckResult } from '../preflight/check.ts'
import { clientMountsLine } from '../report/client-mounts.ts'
import { failoverLine } from '../report/failover.ts'
import { maskFor } from '../report/mask.ts'
import { planMarkdown } from '../report/plan-markdown.ts'
import { type PlanRecord, planRecord } from '../report/plan-record.ts'
import { planText } from '../report/plan-text.ts'
import type { Screen } from './cli.ts'

/** A plan as it is shown and saved: every secret of the cluster masked. */
export function shownPlan(plan: Plan, cluster: Cluster): PlanRecord {
  return planRecord(plan, maskFor(cluster.secrets))
}

/** What stands under a plan of the pair: how long clients would wait, and what of them is not in it. */
export function deployClosing(cluster: Cluster, prediction: FailoverPrediction): string {
  const clients = clientMountsLine(cluster)
  return [failoverLine(prediction), ...(clients === undefined ? [] : [clients])].join('\n')
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
      showsForgone: screen.verbosity >= 1,
      showsActions: screen.verbosity >= 2,
      failedChecks,
      closing: closing === undefined ? [] : [closing],
    }),
  )
}
