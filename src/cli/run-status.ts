import { resolve } from 'node:path'
import { statusText } from '../report/status-text.ts'
import { evaluateStatus } from '../status/evaluate.ts'
import { statusProbes } from '../status/probes.ts'
import { exitCodeOf } from '../status/status.ts'
import type { Cli, Screen } from './cli.ts'
import { readFactsFile } from './facts-file.ts'
import { readHosts } from './read-hosts.ts'
import type { StatusOptions } from './status.ts'
import { loadTarget } from './target.ts'

/** `nfsha status`: asks whoever answers, the clients too, and judges by that alone. */
export async function runStatus(
  source: string,
  options: StatusOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const hosts = [...cluster.nodes, ...cluster.clients]
  const facts =
    options.facts === undefined
      ? (await readHosts(hosts, statusProbes(cluster), cli, screen)).facts
      : await readFactsFile(resolve(cli.io.cwd, options.facts), cluster.name)
  const status = evaluateStatus(cluster, facts)
  cli.setExitCode(exitCodeOf(status.verdict))
  if (screen.format === 'json') screen.printJson({ exitCode: cli.exitCode(), ...status })
  else screen.print(statusText(status, screen.paint))
}
