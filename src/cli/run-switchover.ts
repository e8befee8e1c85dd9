import { type Cluster, peerOf } from '../core/cluster.ts'
import { exitCodes, NfshaError } from '../core/error.ts'
import type { RunEvent } from '../core/event.ts'
import type { Facts } from '../core/fact.ts'
import { predictFailover } from '../core/failover.ts'
import { drillRecordProbes, newestRecord } from '../facts/drill-record.ts'
import { groupParts, holdingOf, whoActs } from '../facts/group.ts'
import { switchoverLine } from '../report/failover.ts'
import { moveLines, readMove } from '../report/move.ts'
import type { Cli, Screen } from './cli.ts'
import { assertCanAsk } from './consent.ts'
import { holdText } from './hold-text.ts'
import type { EndedRun } from './journalled.ts'
import { defaultParams } from './params.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import type { SwitchoverOptions } from './switchover.ts'
import { loadTarget } from './target.ts'
import { takeOrder } from './work.ts'

/** `nfsha switchover`: the playbook of that name, or `release`. */
export async function runSwitchover(
  source: string,
  options: SwitchoverOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  assertCanAsk(options.yes, screen.format, cli.io)
  assertOneWish(options)
  const { cluster } = await loadTarget(source, options, cli, screen)
  if (options.release) await release(cluster, options, cli, screen)
  else await move(cluster, source, options, cli, screen)
}

async function move(
  cluster: Cluster,
  source: string,
  options: SwitchoverOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const params = {
    ...defaultParams,
    waitSync: options.wait,
    ...(options.to !== undefined && { to: options.to }),
    ...(options.hold && { hold: holdText(cli.io, options.reason) }),
  }
  const said = new Map<string, string>()
  let to = options.to
  const ended = await runPlaybook(
    takeOrder(cluster, 'switchover', { params }),
    {
      decide: facts => {
        to ??= passiveNode(cluster, facts)
        return { ...params, to }
      },
      alsoAsk: drillRecordProbes(cluster),
      closing: facts =>
        isThere(cluster, facts, to)
          ? undefined
          : switchoverLine(predictFailover(cluster, newestRecord(cluster, facts))),
      watch: event => note(event, said),
    },
    options,
    cli,
    screen,
  )
  const from = to === undefined ? '' : peerOf(cluster, to).name
  const moved = readMove(from, to ?? '', said)
  const report = {
    done: options.hold ? `${to} serves, ${from} is held` : `${to} serves`,
    lines: moveLines(moved),
    json: { to, ...(options.hold && { held: from }), ...(said.size > 0 && { move: moved }) },
  }
  reportRun(withWayOn(ended, source, to, options), cluster, report, cli, screen)
}

async function release(
  cluster: Cluster,
  options: SwitchoverOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const ended = await runPlaybook(takeOrder(cluster, 'release'), {}, options, cli, screen)
  reportRun(ended, cluster, { done: 'both nodes take part' }, cli, screen)
}

/** The node that a move without a target goes to. Errors: `refused`, when no node serves. */
function passiveNode(cluster: Cluster, facts: Facts): string {
  const [first, second] = cluster.nodes
  const [one, two] = [first, second].map(({ name }) => groupParts(cluster, facts[name] ?? {}))
  const acting = whoActs(one ?? [], two ?? [])
  if (acting === 'none')
    throw new NfshaError(
      'refused',
      'no node serves, so which one is to serve is not clear',
      'see `nfsha status` (after a split-brain `nfsha split-brain show`), or name the node with --to',
    )
  return acting === 'peer' ? first.name : second.name
}

function isThere(cluster: Cluster, facts: Facts, to: string | undefined): boolean {
  return to !== undefined && holdingOf(groupParts(cluster, facts[to] ?? {})) === 'all'
}

/** Keeps what the two sides of the move printed, by node. */
function note(event: RunEvent, said: Map<string, string>): void {
  if (event.type === 'action-finished' && event.ref === 'switchover') said.set(event.host, event.output)
}

/** Without --to, the same command would choose the other node once the service has moved. */
function withWayOn(
  ended: EndedRun,
  source: string,
  to: string | undefined,
  { to: asked, hold, wait }: SwitchoverOptions,
): EndedRun {
  const { result } = ended
  if (asked !== undefined || to === undefined || result.exitCode === exitCodes.ok) return ended
  const command = `nfsha switchover ${source} --to ${to}${hold ? ' --hold' : ''}${wait ? ' --wait' : ''}`
  const hint = `${result.hint === undefined ? '' : `${result.hint}; `}to go on: ${command}`
  return { ...ended, result: { ...result, hint } }
}

/** Errors: `usage`, when options say two things at once. */
function assertOneWish({ release, to, hold, reason, wait }: SwitchoverOptions): void {
  if (release && (to !== undefined || hold))
    throw new NfshaError('usage', '--release goes with neither --to nor --hold', 'release first, then move')
  if (release && wait)
    throw new NfshaError(
      'usage',
      '--wait is for a move, and --release moves nothing',
      'leave one of them out',
    )
  if (reason !== undefined && !hold)
    throw new NfshaError('usage', '--reason says why a node is held', 'add --hold, or leave --reason out')
}
