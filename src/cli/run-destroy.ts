import type { Cluster } from '../core/cluster.ts'
import { NfshaError } from '../core/error.ts'
import type { Cli, Screen } from './cli.ts'
import { askForName, assertCanAsk } from './consent.ts'
import type { DestroyOptions } from './destroy.ts'
import type { EndedRun } from './journalled.ts'
import { defaultParams } from './params.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import { loadTarget } from './target.ts'
import { type Order, takeOrder } from './work.ts'

/** `nfsha destroy`: the playbook of that name, after the cluster's name was typed. */
export async function runDestroy(
  source: string,
  options: DestroyOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const isConfirmed = options.confirm !== undefined
  assertCanAsk(isConfirmed, screen.format, cli.io, {
    option: '--confirm NAME',
    fix: 'run it on a terminal first, which shows the plan and asks; or add --confirm with the name',
  })
  const { cluster } = await loadTarget(source, options, cli, screen)
  assertNamed(cluster, options.confirm)
  const { despiteClients, wipeMetadata, purgePackages, without } = options
  const params = {
    ...defaultParams,
    despiteClients,
    wipeMetadata,
    purgePackages,
    ...(without !== undefined && { without }),
  }
  const order = takeOrder(cluster, 'destroy', { params })
  const ended = await unlessOneIsSilent(runOn(order, { ...options, yes: isConfirmed }, cli, screen))
  reportRun(ended, cluster, { done: 'taken away' }, cli, screen)
}

function runOn(
  order: Order,
  options: DestroyOptions & { readonly yes: boolean },
  cli: Cli,
  screen: Screen,
): Promise<EndedRun> {
  const { name, clients } = order.cluster
  return runPlaybook(
    order,
    {
      ask: () => askForName(`Type the cluster's name to take it down and away`, name, cli.io),
      closing: () =>
        clients.length === 0
          ? undefined
          : `clients of the inventory keep their mounts in fstab until \`nfsha clients remove\`: ${clients.map(client => client.name).join(', ')}`,
    },
    options,
    cli,
    screen,
  )
}

/** Errors: `refused`, before any host is asked, when another cluster was named. */
function assertNamed({ name }: Cluster, confirm: string | undefined): void {
  if (confirm === undefined || confirm === name) return
  throw new NfshaError(
    'refused',
    `--confirm names ${confirm}, but the inventory is of the cluster ${name}`,
    'nothing was looked at or changed; see that it is the inventory that you mean',
  )
}

/** The error of a node that does not answer, with the way to go on without it. */
async function unlessOneIsSilent<T>(run: Promise<T>): Promise<T> {
  try {
    return await run
  } catch (cause) {
    if (!(cause instanceof NfshaError) || cause.code !== 'unreachable') throw cause
    throw new NfshaError(
      cause.code,
      cause.message,
      `${cause.hint}. Both nodes are taken down together, or the one left would serve alone; when one is lost for good and will never boot again as it is: --without NODE`,
      { cause, ...(cause.problems !== undefined && { problems: cause.problems }) },
    )
  }
}
