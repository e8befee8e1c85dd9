import { resolve } from 'node:path'
import type { Cluster } from '../core/cluster.ts'
import { type ExitCode, exitCodes } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import type { Plan } from '../core/plan.ts'
import type { CheckResult } from '../preflight/check.ts'
import { preflightProbes } from '../preflight/preflight.ts'
import { predictFailover } from '../report/failover.ts'
import { failedChecks, isAnotherNode, printFailedChecks } from './check-facts.ts'
import type { Cli, Screen } from './cli.ts'
import { assertAllAnswer, connect } from './connect.ts'
import { readFactsFile } from './facts-file.ts'
import { assertNotInterrupted, listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import { paramsFrom } from './params.ts'
import type { PlanOptions } from './plan.ts'
import { savePlan } from './plan-file.ts'
import { printPlan, shownPlan } from './show-plan.ts'
import { loadTarget } from './target.ts'
import { quietly, watchRun } from './watch.ts'
import { gatherFacts, planWork, prepareWork, type Work } from './work.ts'

/** `nfsha plan`: reads, plans, shows; saves when asked to. */
export async function runPlan(source: string, options: PlanOptions, cli: Cli, screen: Screen): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const work = await prepareWork(cluster, 'deploy', paramsFrom(options, cluster), options)
  const facts =
    options.facts === undefined
      ? await factsFromNodes(work, cluster, cli, screen)
      : await readFactsFile(resolve(cli.io.cwd, options.facts), cluster.name)

  const plan = planWork(work, facts)
  const record = shownPlan(plan, cluster)
  const failed = failedChecks(cluster, facts)
  const verdict = verdictOf(plan, failed)
  cli.setExitCode(exitCodeOf(verdict, options.detailedExitcode))
  if (options.out !== undefined && plan.counts.refusal === 0)
    await savePlan(resolve(cli.io.cwd, options.out), record, options)

  if (screen.format === 'json') {
    const failover = predictFailover(cluster)
    screen.printJson({ verdict, exitCode: cli.exitCode(), ...record, failover, failedChecks: failed })
    return
  }
  printFailedChecks(failed, screen)
  printPlan(record, cluster, screen, { showsInSync: options.showInSync })
}

async function factsFromNodes(work: Work, cluster: Cluster, cli: Cli, screen: Screen): Promise<Facts> {
  const { io } = cli
  const progress = await watchRun(screen, io)
  const events = quietly(progress, screen, cli.io)
  const interrupts = listenForInterrupts(io)
  const hosts = await connect(cluster.nodes, io, events, interrupts.stop)
  try {
    assertNotInterrupted(interrupts.stop)
    assertAllAnswer(hosts)
    const reading = gatherFacts(work, hosts, events, preflightProbes(cluster))
    const facts = await unlessInterrupted(reading, interrupts.stop)
    assertAllAnswer(hosts)
    return facts
  } finally {
    interrupts.release()
    await progress.settle()
    await hosts.close()
  }
}

type PlanVerdict = 'in-sync' | 'changes-pending' | 'preflight' | 'refused'

/** A refusal beats a failed check, and both beat pending changes. */
function verdictOf({ counts }: Plan, failed: readonly CheckResult[]): PlanVerdict {
  if (counts.refusal > 0 || isAnotherNode(failed)) return 'refused'
  if (failed.length > 0) return 'preflight'
  return counts.change + counts.wait > 0 ? 'changes-pending' : 'in-sync'
}

function exitCodeOf(verdict: PlanVerdict, isDetailed: boolean): ExitCode {
  return {
    refused: exitCodes.refused,
    preflight: exitCodes.preflight,
    'changes-pending': isDetailed ? exitCodes.changesPending : exitCodes.ok,
    'in-sync': exitCodes.ok,
  }[verdict]
}
