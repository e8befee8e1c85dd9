import type { Plan } from '../../src/core/plan.ts'
import { applyPlan } from '../../src/executor/apply.ts'
import type { OpenHosts } from '../../src/executor/hosts.ts'
import { newRunId } from '../../src/executor/run.ts'
import type { BenchWork } from './work.ts'

/** Applies the plan, and gives the exit code. */
export async function applyOn(hosts: OpenHosts, work: BenchWork, plan: Plan): Promise<number> {
  const now = new Date()
  const never = new AbortController().signal
  const { result, exitCode, message } = await applyPlan({
    ...work,
    plan,
    hosts,
    events: () => undefined,
    run: {
      id: newRunId(now),
      who: 'bench',
      controller: 'bench',
      pid: process.pid,
      startedAt: now.toISOString(),
      playbook: work.playbook,
    },
    lockTimeoutMs: 0,
    stop: never,
    leave: never,
  })
  process.stdout.write(`${result} ${message ?? ''}\n`)
  return exitCode
}
