import { peerOf } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import type { Cli, Screen } from './cli.ts'
import { assertCanAsk } from './consent.ts'
import { holdText } from './hold-text.ts'
import type { IsolateOptions } from './isolate.ts'
import { defaultParams } from './params.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import { assertKnown } from './selection.ts'
import { loadTarget } from './target.ts'
import { takeOrder } from './work.ts'

/** `nfsha isolate`: the playbook of that name, or `release`. */
export async function runIsolate(
  source: string,
  node: string | undefined,
  options: IsolateOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  assertCanAsk(options.yes, screen.format, cli.io)
  assertOneWish(node, options)
  const { cluster } = await loadTarget(source, options, cli, screen)
  if (node === undefined) {
    const ended = await runPlaybook(takeOrder(cluster, 'release'), {}, options, cli, screen)
    reportRun(ended, cluster, { done: 'both nodes take part' }, cli, screen)
    return
  }
  assertKnown(
    'node',
    node,
    cluster.nodes.map(({ name }) => name),
  )
  const to = peerOf(cluster, node).name
  const hold = holdText(cli.io, options.reason ?? 'isolated')
  const params = { ...defaultParams, to, hold }
  const ended = await runPlaybook(takeOrder(cluster, 'isolate', { params }), {}, options, cli, screen)
  const report = {
    done: `${to} serves on one copy, ${node} is isolated`,
    lines: [`to take it back: nfsha isolate ${source} --undo`],
    json: { to, isolated: node },
  }
  reportRun(ended, cluster, report, cli, screen)
}

/** Errors: `usage`, when nothing is said, or two things at once. */
function assertOneWish(node: string | undefined, { undo, reason }: IsolateOptions): void {
  if (undo && (node !== undefined || reason !== undefined))
    throw new NfshaError(
      'usage',
      '--undo goes with neither a node nor --reason',
      'it takes back the node that is held: `nfsha isolate INVENTORY --undo`',
    )
  if (!undo && node === undefined)
    throw new NfshaError(
      'usage',
      'which node is to be isolated is not said',
      'name it: `nfsha isolate INVENTORY NODE`; `nfsha status` tells whose disk is slow',
    )
}
