import { resolve } from 'node:path'
import type { Cluster } from '../core/cluster.ts'
import { exitCodes, NfshaError } from '../core/error.ts'
import { applyPlan, type RunResult } from '../executor/apply.ts'
import type { OpenHosts } from '../executor/hosts.ts'
import { preflightProbes } from '../preflight/preflight.ts'
import { durationText } from '../report/duration.ts'
import { assertChecked, failedChecks } from './check-facts.ts'
import type { Cli, Screen } from './cli.ts'
import { assertAllAnswer, connect } from './connect.ts'
import { askConsent, assertCanAsk, assertNotRefused, assertNotStale } from './consent.ts'
import type { DeployOptions } from './deploy.ts'
import { assertNotInterrupted, unlessInterrupted } from './interrupt.ts'
import { type EndedRun, journalled, type RunDoors, type RunEnd } from './journalled.ts'
import { paramsFrom } from './params.ts'
import { readSavedPlan, type SavedPlan } from './plan-file.ts'
import { printPlan, shownPlan } from './show-plan.ts'
import { loadTarget } from './target.ts'
import { gatherFacts, planWork, prepareWork, type Work } from './work.ts'

const playbook = 'deploy'

/** `nfsha deploy`: reads, plans, shows, asks, applies; each part ends it when it must not go on. */
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
  const work = await prepareWork(cluster, playbook, paramsFrom(asked, cluster), asked)
  const ended = await journalled({ cluster, playbook, io: cli.io, screen }, async doors => {
    const { events, interrupts } = doors
    const hosts = await connect(cluster.nodes, cli.io, events, interrupts.stop)
    try {
      return await deployOn(hosts, { cluster, work, saved, options, cli, screen, doors })
    } finally {
      await hosts.close()
    }
  })
  report(ended, cluster, cli, screen)
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

interface Deployment {
  readonly cluster: Cluster
  readonly work: Work
  readonly saved: SavedPlan | undefined
  readonly options: DeployOptions
  readonly cli: Cli
  readonly screen: Screen
  readonly doors: RunDoors
}

async function deployOn(hosts: OpenHosts, deployment: Deployment): Promise<RunEnd> {
  const { cluster, work, saved, options, cli, screen, doors } = deployment
  const { events, interrupts, journal, progress } = doors
  assertNotInterrupted(interrupts.stop)
  assertAllAnswer(hosts)
  const reading = gatherFacts(work, hosts, events, preflightProbes(cluster))
  const facts = await unlessInterrupted(reading, interrupts.stop)
  await progress.settle()
  assertAllAnswer(hosts)

  const plan = planWork(work, facts)
  const record = shownPlan(plan, cluster)
  journal.sink({ type: 'plan-made', plan })
  if (screen.format === 'text') printPlan(record, cluster, screen)
  assertNotRefused(record)
  assertChecked(failedChecks(cluster, facts))
  assertNotStale(saved?.plan, record)
  const isIdle = plan.counts.change + plan.counts.wait === 0
  if (isIdle) return { result: { result: 'nothing-to-do', exitCode: 0 }, roundTrips: hosts.roundTrips() }
  if (!options.yes) await askConsent(`Do this to ${names(cluster)}?`, cli.io)
  assertNotInterrupted(interrupts.stop)

  progress.sink({ type: 'plan-made', plan })
  const result = await applyPlan({
    ...work.context,
    instances: work.instances,
    plan,
    playbook,
    hosts,
    events,
    run: doors.identity,
    lockTimeoutMs: options.lockTimeout * 1000,
    stop: interrupts.stop,
    leave: interrupts.leave,
  })
  return { result, roundTrips: hosts.roundTrips() }
}

function report(ended: EndedRun, cluster: Cluster, cli: Cli, screen: Screen): void {
  const { result, runId, journalPath, durationMs, roundTrips } = ended
  cli.setExitCode(result.exitCode)
  if (screen.format === 'json') {
    const { result: verdict, exitCode, message, hint } = result
    screen.printJson({
      verdict,
      exitCode,
      cluster: cluster.name,
      runId,
      journal: journalPath,
      durationMs,
      roundTrips,
      ...(message === undefined ? {} : { error: { message, fix: hint ?? '' } }),
    })
    return
  }
  const error = errorOf(result)
  if (error !== undefined) throw error
  const took = `${durationText(durationMs)}, ${roundTrips} round trips, run ${runId}`
  const what = result.result === 'done' ? 'deployed' : 'nothing to do'
  screen.print(`${cluster.name}: ${screen.paint('good', what)} (${took})`)
}

/** What a run that did not end well says, as an error; its exit code is the executor's. */
function errorOf({ result, exitCode, message = result, hint = '' }: RunResult): NfshaError | undefined {
  if (result === 'done' || result === 'nothing-to-do') return undefined
  return new NfshaError(exitCode === exitCodes.unreachable ? 'unreachable' : result, message, hint)
}

function names(cluster: Cluster): string {
  return cluster.nodes.map(({ name }) => name).join(' and ')
}
