import type { Cluster } from '../core/cluster.ts'
import { exitCodes, NfshaError } from '../core/error.ts'
import type { Facts } from '../core/fact.ts'
import { predictFailover } from '../core/failover.ts'
import type { Params } from '../core/step.ts'
import { drillRecordProbes, newestRecord } from '../facts/drill-record.ts'
import { groupProbes } from '../facts/group.ts'
import { hold } from '../facts/hold.ts'
import { bootId } from '../facts/maintenance.ts'
import { switchoverLine } from '../report/failover.ts'
import type { Cli, Screen } from './cli.ts'
import { assertCanAsk } from './consent.ts'
import { holdText } from './hold-text.ts'
import { type Itinerary, itineraryFor } from './itinerary.ts'
import type { EndedRun } from './journalled.ts'
import type { MaintainOptions } from './maintain.ts'
import { defaultParams } from './params.ts'
import { readHosts } from './read-hosts.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import { assertKnown } from './selection.ts'
import { loadTarget } from './target.ts'
import { takeOrder } from './work.ts'

/** One playbook of a maintenance: each is planned, journalled and safe to repeat by itself. */
interface Leg {
  readonly playbook: 'maintain' | 'release' | 'switchover'
  readonly params: Params
  readonly done: string
  /** Whether clients will notice. */
  readonly moves: boolean
}

/** `nfsha maintain`: for each node the playbook of that name and then `release`. */
export async function runMaintain(
  source: string,
  options: MaintainOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  assertCanAsk(options.yes, screen.format, cli.io)
  if (!options.reboot && !options.upgrade)
    throw new NfshaError(
      'usage',
      'nothing is to be done to the nodes',
      'give --reboot, --upgrade or both; `nfsha switchover --hold` only takes a node out',
    )
  const { cluster } = await loadTarget(source, options, cli, screen)
  const names = cluster.nodes.map(({ name }) => name)
  if (options.node !== undefined) assertKnown('node', options.node, names)
  const itinerary = await readItinerary(cluster, options, cli, screen)
  if (screen.format === 'text') screen.print(announcement(cluster, itinerary, options))
  await runLegs(cluster, legsOf(itinerary, options, cli), options, cli, screen)
}

async function readItinerary(
  cluster: Cluster,
  { node }: MaintainOptions,
  cli: Cli,
  screen: Screen,
): Promise<Itinerary> {
  const probes = [...groupProbes(cluster), hold, bootId]
  const asked = Object.fromEntries(cluster.nodes.map(({ name }) => [name, probes]))
  const { facts, failures } = await readHosts(cluster.nodes, asked, cli, screen)
  const [failure] = failures
  if (failure !== undefined) throw failure
  return itineraryFor(cluster, facts, node)
}

function announcement(
  cluster: Cluster,
  { turns, active }: Itinerary,
  { reboot, upgrade, switchBack }: MaintainOptions,
): string {
  const deeds = [...(upgrade ? ['upgrade'] : []), ...(reboot ? ['reboot'] : [])].join(' and ')
  const lines = turns.map(
    ({ node, to, marker }) =>
      `  ${node}: ${to} serves, ${marker === undefined ? 'hold' : 'still held'}, ${deeds}, release`,
  )
  const back = switchBack ? [`  ${active} serves again`] : []
  return [
    `Maintenance of ${cluster.name}, each part planned when its turn comes:`,
    ...lines,
    ...back,
    '',
  ].join('\n')
}

function legsOf(
  { turns, active }: Itinerary,
  { reboot, upgrade, switchBack }: MaintainOptions,
  { io }: Cli,
): readonly Leg[] {
  let serving = active
  const perNode = turns.flatMap(({ node, to, reason, marker }): readonly Leg[] => {
    const moves = serving === node
    serving = to
    return [
      {
        playbook: 'maintain',
        params: { ...defaultParams, to, hold: marker ?? holdText(io, reason), reboot, upgrade },
        done: `${node} is maintained`,
        moves,
      },
      { playbook: 'release', params: defaultParams, done: `${node} takes part again`, moves: false },
    ]
  })
  if (!switchBack) return perNode
  const back = { ...defaultParams, to: active }
  const leg = { playbook: 'switchover', params: back, done: `${active} serves again` } as const
  return [...perNode, { ...leg, moves: serving !== active }]
}

/** The first leg asks; whoever agrees has seen what comes after it. Ends at the first that does not go well. */
async function runLegs(
  cluster: Cluster,
  legs: readonly Leg[],
  options: MaintainOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const runs: EndedRun[] = []
  for (const { playbook, params, done, moves } of legs) {
    const closing = (facts: Facts) =>
      moves ? switchoverLine(predictFailover(cluster, newestRecord(cluster, facts))) : undefined
    const ended = await runPlaybook(
      takeOrder(cluster, playbook, { params }),
      { closing, alsoAsk: drillRecordProbes(cluster) },
      { ...options, yes: options.yes || runs.length > 0 },
      cli,
      screen,
    )
    runs.push(ended)
    if (screen.format === 'text') reportRun(ended, cluster, { done }, cli, screen)
    if (ended.result.exitCode !== exitCodes.ok) break
  }
  const last = runs.at(-1)
  if (screen.format !== 'json' || last === undefined) return
  const parts = runs.map(({ runId, result, durationMs }, index) => ({
    playbook: legs[index]?.playbook,
    runId,
    result: result.result,
    durationMs,
  }))
  reportRun(last, cluster, { done: '', json: { runs: parts } }, cli, screen)
}
