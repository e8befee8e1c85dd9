import type { Host } from '../core/cluster.ts'
import type { EventSink } from '../core/event.ts'
import type { Facts } from '../core/fact.ts'
import type { Params } from '../core/step.ts'
import { applyPlan } from '../executor/apply.ts'
import type { ProbesByHost } from '../executor/gather.ts'
import type { OpenHosts } from '../executor/hosts.ts'
import { targetsOf } from '../planner/instances.ts'
import type { CheckResult } from '../preflight/check.ts'
import type { PlanRecord } from '../report/plan-record.ts'
import { assertChecked } from './check-facts.ts'
import type { Cli, Screen } from './cli.ts'
import { connect } from './connect.ts'
import { askConsent, assertCanAsk, assertNotRefused, questionFor } from './consent.ts'
import { assertNotInterrupted, unlessInterrupted } from './interrupt.ts'
import { type EndedRun, journalled, type RunDoors, type RunEnd } from './journalled.ts'
import type { RunOptions } from './run-options.ts'
import { printPlan, shownPlan } from './show-plan.ts'
import { hostsFor, targetsAmong } from './targets.ts'
import { sayWhoServes } from './who-serves.ts'
import { gatherFacts, type Order, planWork, type Work, workOn } from './work.ts'

/** What a command adds to its playbook; all of it may be left out. */
export interface PlaybookRun {
  /** Questions besides the steps' own, in the same round trip. */
  readonly alsoAsk?: ProbesByHost
  /** Parameters that the nodes decide: which node is passive now. Errors end the run before any plan. */
  readonly decide?: (facts: Facts, params: Params) => Params
  /** The checks that failed: shown with the plan, and the end of the run before anything is asked. */
  readonly checks?: (facts: Facts) => readonly CheckResult[]
  /** Ends the run by its error, once the plan was shown and before anything is asked. */
  readonly assertFit?: (facts: Facts, plan: PlanRecord) => void
  /** The line under the plan, of what clients will notice. */
  readonly closing?: (facts: Facts) => string | undefined
  /** Asks in place of yes or no. Errors: what the answer means, when it is not consent. */
  readonly ask?: () => Promise<void>
  /** Told what happens, besides the journal and the eye. */
  readonly watch?: EventSink
}

/**
 * Runs a playbook: connects, reads, plans, shows, asks, applies; each part ends it when it must not go
 * on. Nodes that do not answer end it, unless the playbook can do without. What went wrong on nodes is
 * in the result; see report-run. A command asserts that it can ask before it reads its inventory.
 */
export async function runPlaybook(
  order: Order,
  more: PlaybookRun,
  options: RunOptions,
  cli: Cli,
  screen: Screen,
): Promise<EndedRun> {
  const { cluster, playbook } = order
  if (playbook.header.consent) assertCanAsk(options.yes, screen.format, cli.io)
  const asked = hostsFor(playbook.header.needs, cluster).filter(({ name }) => name !== order.params.without)
  return await journalled({ cluster, playbook: playbook.name, io: cli.io, screen }, async doors => {
    const events: EventSink = event => {
      doors.events(event)
      more.watch?.(event)
    }
    const connecting = connect(asked, cli.io, events, doors.interrupts.stop)
    return await workOn(order, connecting, (hosts, work) =>
      runOn({ order, more, options, cli, screen, doors: { ...doors, events }, asked }, hosts, work),
    )
  })
}

interface Running {
  readonly order: Order
  readonly more: PlaybookRun
  readonly options: RunOptions
  readonly cli: Cli
  readonly screen: Screen
  readonly doors: RunDoors
  readonly asked: readonly Host[]
}

async function runOn(running: Running, hosts: OpenHosts, prepared: Work): Promise<RunEnd> {
  const { order, more, options, cli, screen, doors } = running
  const { events, interrupts, journal, progress } = doors
  assertNotInterrupted(interrupts.stop)
  const { work, facts } = await readWork(running, hosts, prepared)
  await progress.settle()

  const plan = planWork(work, facts)
  const record = shownPlan(plan, order.cluster)
  journal.sink({ type: 'plan-made', plan })
  const failed = more.checks?.(facts) ?? []
  if (screen.format === 'text')
    printPlan(record, screen, { closing: more.closing?.(facts), failedChecks: failed })
  assertNotRefused(record)
  assertChecked(failed)
  more.assertFit?.(facts, record)
  const isIdle = plan.counts.change + plan.counts.wait === 0
  if (isIdle)
    return { result: { result: 'nothing-to-do', exitCode: 0, facts }, roundTrips: hosts.roundTrips() }
  if (order.playbook.header.consent && !options.yes)
    await (more.ask?.() ?? askConsent(questionFor(record, names(targetsOf(work.context))), cli.io))
  assertNotInterrupted(interrupts.stop)

  progress.sink({ type: 'plan-made', plan })
  const result = await applyPlan({
    ...work.context,
    instances: work.instances,
    plan,
    playbook: work.playbook,
    hosts,
    events,
    run: doors.identity,
    remembered: order.playbook.header.remembered,
    lockTimeoutMs: options.lockTimeout * 1000,
    stop: interrupts.stop,
    leave: interrupts.leave,
  })
  return {
    result: await sayWhoServes(order.cluster, plan, hosts, result),
    roundTrips: hosts.roundTrips(),
  }
}

/** Reads the hosts that are worked on, and gives the work its last parameters. */
async function readWork(
  { order, more, doors, asked }: Running,
  hosts: OpenHosts,
  prepared: Work,
): Promise<{ work: Work; facts: Facts }> {
  const { events, interrupts } = doors
  const { needs } = order.playbook.header
  const on = (targets: readonly Host[]): Work => ({
    ...prepared,
    context: { ...prepared.context, targets },
  })
  const reading = gatherFacts(
    on(targetsAmong(needs, asked, hosts)),
    hosts,
    events,
    ...(more.alsoAsk === undefined ? [] : [more.alsoAsk]),
  )
  const facts = await unlessInterrupted(reading, interrupts.stop)
  // A host may have fallen silent while it was read.
  const work = on(targetsAmong(needs, asked, hosts))
  const params = more.decide?.(facts, work.context.params) ?? work.context.params
  return { work: { ...work, context: { ...work.context, params } }, facts }
}

function names(hosts: readonly Host[]): string {
  return hosts.map(({ name }) => name).join(' and ')
}
