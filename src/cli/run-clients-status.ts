import { exitCodes } from '../core/error.ts'
import { clientsText } from '../report/clients-text.ts'
import { clientMounts, clientProbes, isWell } from '../status/clients.ts'
import type { Cli, Screen } from './cli.ts'
import type { ClientsStatusOptions } from './clients.ts'
import { listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import { lookAt } from './look.ts'
import { loadTarget } from './target.ts'
import { hostsFor } from './targets.ts'
import { quietly, watchRun } from './watch.ts'

/** `nfsha clients status`: asks each client on its own; 0 when all is mounted, 10 when not, 4 when none answered. */
export async function runClientsStatus(
  source: string,
  options: ClientsStatusOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const asked = hostsFor('clients', cluster)
  const progress = await watchRun(screen, cli.io)
  const interrupts = listenForInterrupts(cli.io)
  const survey = await lookAt(cluster, asked, cli.io, quietly(progress, screen, cli.io), interrupts.stop)
  try {
    const reading = survey.read(clientProbes(cluster), options.timeout)
    const { facts } = await unlessInterrupted(reading, interrupts.stop)
    await progress.settle()
    const clients = clientMounts(cluster, facts)
    if (clients.every(({ answered }) => !answered)) cli.setExitCode(exitCodes.unreachable)
    else if (!clients.every(isWell)) cli.setExitCode(exitCodes.statusDegraded)
    if (screen.format === 'json')
      screen.printJson({ exitCode: cli.exitCode(), cluster: cluster.name, clients })
    else screen.print(clientsText(clients, screen.paint))
  } finally {
    interrupts.release()
    await progress.settle()
    await survey.close()
  }
}
