import type { Cluster, Volume } from '../core/cluster.ts'
import { exitCodes } from '../core/error.ts'
import { type Facts, factValue } from '../core/fact.ts'
import type { Params } from '../core/step.ts'
import { answerTo, drbdOf } from '../facts/group.ts'
import { verified, verifyBegun } from '../facts/verified.ts'
import type { Cli, Screen } from './cli.ts'
import { defaultParams } from './params.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import { loadTarget } from './target.ts'
import type { VerifyOptions } from './verify.ts'
import { takeOrder } from './work.ts'

/** `nfsha verify`: the playbook of that name. Differences are a result, and exit code 1. */
export async function runVerify(
  source: string,
  options: VerifyOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const now = cli.io.now()
  const params = { ...defaultParams, verify: now.toISOString() }
  const ended = await runPlaybook(
    takeOrder(cluster, 'verify', { params }),
    { decide: (facts, asked) => decide(cluster, facts, asked, now.getTime() - (options.ifOlder ?? 0)) },
    options,
    cli,
    screen,
  )
  const found = differences(cluster, ended.result.facts ?? {})
  reportRun(
    ended,
    cluster,
    { done: 'compared', lines: found.map(lineOf), json: { volumes: found } },
    cli,
    screen,
  )
  if (ended.result.exitCode === exitCodes.ok && found.some(({ outOfSyncKib }) => outOfSyncKib > 0))
    cli.setExitCode(exitCodes.failed)
}

/** A comparison that runs is gone on with; one that is young enough is not made again. */
function decide(cluster: Cluster, facts: Facts, params: Params, oldestMs: number): Params {
  const running = cluster.volumes.flatMap(volume => runningOn(cluster, volume, facts))
  if (running[0] !== undefined) return { ...params, verify: running[0] }
  const isYoung = (volume: Volume) =>
    cluster.nodes.every(({ name }) => {
      const at = factValue(answerTo(facts[name] ?? {}, verified(volume)))?.at
      return at !== undefined && Date.parse(at) > oldestMs
    })
  const { verify: _, ...rest } = params
  return cluster.volumes.every(isYoung) ? rest : params
}

function runningOn(cluster: Cluster, volume: Volume, facts: Facts): readonly string[] {
  return cluster.nodes.flatMap(({ name }) => {
    const said = facts[name] ?? {}
    const state = factValue(answerTo(said, drbdOf(cluster, volume)))
    const begun = factValue(answerTo(said, verifyBegun(volume)))
    return begun !== undefined && state?.connection.startsWith('Verify') ? [begun] : []
  })
}

interface Found {
  readonly volume: string
  readonly at: string
  readonly outOfSyncKib: number
}

function differences(cluster: Cluster, facts: Facts): readonly Found[] {
  return cluster.volumes.flatMap(volume => {
    const records = cluster.nodes.flatMap(
      ({ name }) => factValue(answerTo(facts[name] ?? {}, verified(volume))) ?? [],
    )
    const [worst] = records.toSorted((one, other) => other.outOfSyncKib - one.outOfSyncKib)
    return worst === undefined ? [] : [{ volume: volume.name, ...worst }]
  })
}

function lineOf({ volume, at, outOfSyncKib }: Found): string {
  const found = outOfSyncKib === 0 ? 'no difference' : `${outOfSyncKib} KiB differ`
  return `${volume}: ${found} (compared at ${at})`
}
