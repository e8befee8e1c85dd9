import { resolve } from 'node:path'
import { NfshaError } from '../core/error.ts'
import { predictFailover } from '../core/failover.ts'
import { drillRecordProbes, newestRecord } from '../facts/drill-record.ts'
import { preflightProbes } from '../preflight/preflight.ts'
import { failedChecks } from './check-facts.ts'
import type { Cli, Screen } from './cli.ts'
import { assertCanAsk, assertNotStale } from './consent.ts'
import type { DeployOptions } from './deploy.ts'
import { readSavedPlan } from './plan-file.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import { deployClosing } from './show-plan.ts'
import { loadTarget } from './target.ts'
import { mergeProbes, takeOrder } from './work.ts'

/** `nfsha deploy`: the playbook of that name, after the preflight, and of a saved plan nothing else. */
export async function runDeploy(
  source: string,
  options: DeployOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  assertCanAsk(options.yes, screen.format, cli.io)
  assertOneSelection(options)
  const { cluster } = await loadTarget(source, options, cli, screen)
  const saved =
    options.plan === undefined
      ? undefined
      : await readSavedPlan(resolve(cli.io.cwd, options.plan), cluster.name)
  const asked = { ...options, ...saved?.selection }
  const { allowDataLoss, despiteClients, waitSync } = asked
  const order = takeOrder(cluster, 'deploy', {
    params: { allowDataLoss, despiteClients, waitSync },
    selection: asked,
  })
  const ended = await runPlaybook(
    order,
    {
      alsoAsk: mergeProbes([preflightProbes(cluster), drillRecordProbes(cluster)]),
      checks: facts => failedChecks(cluster, facts),
      assertFit: (_, plan) => assertNotStale(saved?.plan, plan),
      closing: facts => deployClosing(cluster, predictFailover(cluster, newestRecord(cluster, facts))),
    },
    options,
    cli,
    screen,
  )
  reportRun(ended, cluster, { done: 'deployed' }, cli, screen)
}

/** Errors: `usage`, when both a saved plan and options say what is to be done. */
function assertOneSelection({ plan, only, from, node, waitSync }: DeployOptions): void {
  if (plan === undefined || (only.length === 0 && from === undefined && node === undefined && !waitSync))
    return
  throw new NfshaError(
    'usage',
    '--plan goes with none of --only, --from, --node and --wait-sync',
    'the saved plan says what is to be done: leave the others out',
  )
}
