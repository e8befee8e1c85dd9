import { writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { resolve } from 'node:path'
import type { Client, Cluster } from '../core/cluster.ts'
import type { DrillResult } from '../core/drill.ts'
import { exitCodes, NfshaError } from '../core/error.ts'
import { drill } from '../drill/drill.ts'
import type { Fault } from '../drill/fault.ts'
import { faultNamed } from '../drill/faults/registry.ts'
import { predictionFor } from '../drill/record.ts'
import type { NfsVersion } from '../drill/workload.ts'
import { lockAndRead } from '../executor/locking.ts'
import { memoryProgram } from '../executor/summary.ts'
import { drillRecordProbes, newestRecord } from '../facts/drill-record.ts'
import { drillCases } from '../report/drill-junit.ts'
import { worstRun } from '../report/drill-repeats.ts'
import { drillText } from '../report/drill-text.ts'
import { junit } from '../report/junit.ts'
import type { Cli, Screen } from './cli.ts'
import { assertAllAnswer, connect, transportFor } from './connect.ts'
import { askConsent, assertCanAsk } from './consent.ts'
import type { DrillOptions } from './drill.ts'
import { type DrillLab, drillLab } from './drill-lab.ts'
import { reportRounds, runRounds } from './drill-rounds.ts'
import { type Interrupts, listenForInterrupts } from './interrupt.ts'
import type { Io } from './io.ts'
import { journalled, type RunDoors } from './journalled.ts'
import { labOf } from './lab-inventory.ts'
import { loadTarget } from './target.ts'

/** `nfsha drill`: one fault, as often as asked, each time with a report. */
export async function runDrill(
  source: string,
  options: DrillOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const loaded = await loadTarget(source, options, cli, screen)
  const { cluster } = loaded
  const lab = await drillLab(labOf(loaded), cluster)
  const fault = faultFor(options, cluster, lab)
  const client = clientFor(options, cluster)
  const versions = versionsFor(options, cluster)
  if (lab === undefined) await confirm(cluster, fault, options, cli, screen)

  const interrupts = listenForInterrupts(cli.io)
  const rounds = await runRounds(options.repeat, async round => {
    if (options.repeat > 1) screen.note(`drill ${round} of ${options.repeat}`)
    const result = await once({ cluster, fault, client, versions, lab, options, interrupts }, cli, screen)
    if (screen.format === 'text') screen.print(drillText(result, screen.paint))
    return result
  })
  interrupts.release()
  await writeReports(rounds.drills, options, cli)
  reportRounds(rounds, cluster, cli, screen)
}

interface Round {
  readonly cluster: Cluster
  readonly fault: Fault
  readonly client: Client
  readonly versions: readonly NfsVersion[]
  readonly lab: DrillLab | undefined
  readonly options: DrillOptions
  readonly interrupts: Interrupts
}

/** One drill, in the journal as every run is; the nodes remember it too. */
async function once(round: Round, { io }: Cli, screen: Screen): Promise<DrillResult> {
  const { cluster, fault, interrupts } = round
  const playbook = `drill ${fault.name}`
  const drills: DrillResult[] = []
  await journalled({ cluster, playbook, io, screen, interrupts }, async doors => {
    const result = await inject(round, doors, io)
    drills.push(result)
    const hasPassed = result.verdict === 'passed'
    const message = result.reasons.join('; ')
    return {
      result: hasPassed
        ? { result: 'done', exitCode: exitCodes.ok }
        : { result: 'failed', exitCode: exitCodes.failed, message },
      roundTrips: 0,
    }
  })
  const [result] = drills
  if (result === undefined) throw new TypeError('a drill ended without a result')
  return result
}

async function inject(round: Round, { identity, events }: RunDoors, io: Io): Promise<DrillResult> {
  const { cluster, fault, client, versions, lab, options, interrupts } = round
  const hosts = await connect([...cluster.nodes, client], io, events, interrupts.stop)
  const transport = await transportFor(io)
  try {
    assertAllAnswer(hosts)
    const { facts } = await lockAndRead({
      ...{ hosts, run: identity, events, stop: interrupts.stop },
      probes: drillRecordProbes(cluster),
      lockTimeoutMs: 0,
    })
    events({ type: 'facts-gathered', hosts: [...hosts.sessions.keys()], durationMs: 0 })
    const record = newestRecord(cluster, facts)
    const prediction = fault.measures && predictionFor(cluster, fault.measures, record)
    const running = drill({
      ...{
        cluster,
        fault,
        runId: identity.id,
        startedAt: identity.startedAt,
        versions,
        client,
        transport,
        ...(record && { record }),
      },
      ...(prediction && { prediction }),
      sessions: hosts.sessions,
      ...{ variant: options.variant, yardstick: options.yardstick },
      ...(lab && { machines: lab.machines }),
      accel: lab?.accel ?? 'hardware',
      healLimitMs: options.healWait * 1000,
      say: text => events({ type: 'said', text: `drill: ${text}` }),
      machine: {
        cpus: availableParallelism(),
        load: () => Math.round((loadavg()[0] ?? 0) * 100) / 100,
      },
      now: () => performance.now(),
      stop: interrupts.stop,
      farewell: (result, message) =>
        memoryProgram({
          ...{ ...identity, endedAt: io.now().toISOString(), result, changed: [] },
          ...(message !== '' && { message }),
        }),
    })
    return await Promise.race([running, leftAtOnce(interrupts, fault)])
  } finally {
    await hosts.close()
    await transport.close()
  }
}

/** Rejects at the second Ctrl-C: the first one heals, and that may take long. */
function leftAtOnce({ leave }: Interrupts, fault: Fault): Promise<never> {
  return new Promise((_, reject) => {
    leave.addEventListener('abort', () =>
      reject(
        new NfshaError(
          'interrupted',
          `left at once: ${fault.name} may not be healed`,
          'what was done on a node undoes itself in some minutes, a lab goes back with nfsha lab restore; nfsha status says how the pair is',
        ),
      ),
    )
  })
}

function faultFor({ fault }: DrillOptions, cluster: Cluster, lab: DrillLab | undefined): Fault {
  if (fault === undefined)
    throw new NfshaError(
      'usage',
      '--fault is missing',
      'say what to break; `nfsha drill --list` shows what there is',
    )
  return faultNamed(fault, { cluster, ...(lab && { machines: lab.machines }) })
}

function clientFor({ client }: DrillOptions, { clients }: Cluster): Client {
  const names = clients.map(({ name }) => name)
  const found = client === undefined ? clients[0] : clients.find(({ name }) => name === client)
  if (found !== undefined) return found
  throw new NfshaError(
    'usage',
    client === undefined ? 'the inventory has no client to drill with' : `there is no client ${client}`,
    names.length === 0 ? 'add a host under clients:' : `the clients are ${names.join(', ')}`,
  )
}

/** Errors: `usage`, for a version that the servers do not offer. */
function versionsFor({ nfs }: DrillOptions, cluster: Cluster): readonly NfsVersion[] {
  const enabled: readonly NfsVersion[] = [
    '4.2',
    ...(cluster.nfs.v40 ? (['4.0'] as const) : []),
    ...(cluster.nfs.v3 ? (['3'] as const) : []),
  ]
  const missing = nfs?.filter(version => !enabled.includes(version)) ?? []
  if (missing.length > 0)
    throw new NfshaError(
      'usage',
      `NFS ${missing.join(' and ')} is not enabled in the inventory`,
      `enabled are ${enabled.join(', ')}; nfs: v40 and v3 turn the others on`,
    )
  return nfs ?? enabled
}

/** Real nodes: what will be broken is said, and asked. */
async function confirm(
  cluster: Cluster,
  fault: Fault,
  options: DrillOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  assertCanAsk(options.yes, screen.format, cli.io)
  screen.note(`${fault.name}: ${fault.summary}`)
  if (options.yes) return
  await askConsent(
    `These are no lab machines. Break ${cluster.name} like this, ${options.repeat} times?`,
    cli.io,
  )
}

async function writeReports(
  results: readonly DrillResult[],
  options: DrillOptions,
  { io }: Cli,
): Promise<void> {
  const [first, ...others] = results
  if (first === undefined) return
  if (options.html !== undefined) {
    // Drawing brings a plotting library: only who wants a page waits for it.
    const { drillPage } = await import('../report/drill-page/drill-page.ts')
    await writeFile(resolve(io.cwd, options.html), drillPage(worstRun([first, ...others]), results))
  }
  if (options.junit !== undefined)
    await writeFile(resolve(io.cwd, options.junit), `${junit('nfsha drill', results.flatMap(drillCases))}\n`)
}
