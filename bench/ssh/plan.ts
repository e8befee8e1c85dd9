import type { Plan } from '../../src/core/plan.ts'
import { gather } from '../../src/executor/gather.ts'
import type { OpenHosts } from '../../src/executor/hosts.ts'
import { probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import { maskFor } from '../../src/report/mask.ts'
import { plain } from '../../src/report/paint.ts'
import { planRecord } from '../../src/report/plan-record.ts'
import { planText } from '../../src/report/plan-text.ts'
import type { BenchWork } from './work.ts'

/** Gathers, plans, and prints the plan as `nfsha plan` does. */
export async function planOn(hosts: OpenHosts, work: BenchWork): Promise<Plan> {
  const plan = makePlan({ ...work, facts: await gather(hosts, probesByHost(work.instances, work)) })
  const record = planRecord(plan, maskFor(work.cluster.secrets))
  process.stdout.write(
    `${planText(record, { paint: plain, showsInSync: false, showsActions: false, showsForgone: false })}\n`,
  )
  return plan
}
