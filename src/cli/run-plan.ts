import { resolve } from 'node:path'
import { type ExitCode, exitCodes } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import { predictFailover } from '../core/failover.ts'
import type { Plan } from '../core/plan.ts'
import { drillRecordProbes, newestRecord } from '../facts/drill-record.ts'
import { probesByHost } from '../planner/instances.ts'
import type { CheckResult } from '../preflight/check.ts'
import { preflightProbes } from '../preflight/preflight.ts'
import { failedChecks, isAnotherNode } from './check-facts.ts'
import type { Cli, Screen } from './cli.ts'
import { assertAllAnswer, connect } from './connect.ts'
import { completeFacts, lackingText, readFactsFile } from './facts-file.ts'
import { assertNotInterrupted, listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import type { PlanOptions } from './plan.ts'
import { savePlan } from './plan-file.ts'
import { deployClosing, printPlan, shownPlan } from './show-plan.ts'
import { loadTarget } from './target.ts'
import { quietly, watchRun } from './watch.ts'
import { gatherFacts, type Order, planWork, prepareWork, takeOrder, type Work, workOn } from './work.ts'

/** `nfsha plan`: reads, plans, shows; saves when asked to. */
export async function runPlan(source: string, options: PlanOptions, cli: Cli, screen: Screen): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const { allowDataLoss, despiteClients, waitSync } = options
  const order = takeOrder(cluster, 'deploy', {
    params: { allowDataLoss, despiteClients, waitSync },
    selection: options,
  })
  const { work, facts } =
    options.facts === undefined
      ? await readNodes(order, cli, screen)
      : await readFile(order, resolve(cli.io.cwd, options.facts), screen)

  const plan = planWork(work, facts)
  const record = shownPlan(plan, cluster)
  const failed = failedChecks(cluster, facts)
  const verdict = verdictOf(plan, failed)
  cli.setExitCode(exitCodeOf(verdict, options.detailedExitcode))
  if (options.out !== undefined && plan.counts.refusal === 0)
    await savePlan(resolve(cli.io.cwd, options.out), record, options)

  const failover = predictFailover(cluster, newestRecord(cluster, facts))
  if (screen.format === 'json') {
    screen.printJson({ verdict, exitCode: cli.exitCode(), ...record, failover, failedChecks: failed })
    return
  }
  printPlan(record, screen, {
    showsInSync: options.showInSync,
    failedChecks: failed,
    closing: deployClosing(cluster, failover),
  })
}

/** The facts of a file; what it lacks is told, and unknown to the steps. */
async function readFile(order: Order, path: string, screen: Screen): Promise<{ work: Work; facts: Facts }> {
  const [read, work] = await Promise.all([readFactsFile(path, order.cluster.name), prepareWork(order)])
  const { facts, lacking } = completeFacts(read, probesByHost(work.instances, work.context), path)
  if (lacking.length > 0) screen.note(screen.paintNotes('warn', `warning: ${lackingText(lacking, path)}`))
  return { work, facts }
}

async function readNodes(order: Order, cli: Cli, screen: Screen): Promise<{ work: Work; facts: Facts }> {
  const { io } = cli
  const { cluster } = order
  const progress = await watchRun(screen, io)
  const events = quietly(progress, screen, cli.io)
  const interrupts = listenForInterrupts(io)
  try {
    return await workOn(order, connect(cluster.nodes, io, events, interrupts.stop), async (hosts, work) => {
      assertNotInterrupted(interrupts.stop)
      assertAllAnswer(hosts)
      const reading = gatherFacts(work, hosts, events, preflightProbes(cluster), drillRecordProbes(cluster))
      const facts = await unlessInterrupted(reading, interrupts.stop)
      assertAllAnswer(hosts)
      return { work, facts }
    })
  } finally {
    interrupts.release()
    await progress.settle()
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
