import type { EventSink } from '../core/event.ts'
import type { Cli, Screen } from './cli.ts'
import type { ClientsOptions } from './clients.ts'
import { assertCanAsk } from './consent.ts'
import { defaultParams } from './params.ts'
import { reportRun } from './report-run.ts'
import { runPlaybook } from './run-playbook.ts'
import { loadTarget } from './target.ts'
import { takeOrder } from './work.ts'

/** `nfsha clients deploy` and `remove`: a playbook each. */
export async function runClients(
  source: string,
  playbook: 'clients' | 'clients-remove',
  options: ClientsOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  assertCanAsk(options.yes, screen.format, cli.io)
  const { cluster } = await loadTarget(source, options, cli, screen)
  const isRemoval = playbook === 'clients-remove'
  const params = { ...defaultParams, ...(isRemoval && { remove: true }) }
  const silent = new Set<string>()
  const watch: EventSink = event => {
    if (event.type === 'host-failed') silent.add(event.host)
  }
  const ended = await runPlaybook(takeOrder(cluster, playbook, { params }), { watch }, options, cli, screen)
  const report = {
    done: isRemoval ? 'removed' : 'mounted',
    json: { leftOut: [...silent] },
    lines: [...silent].map(name => `${name} was left out: run again once it answers`),
  }
  reportRun(ended, cluster, report, cli, screen)
}
