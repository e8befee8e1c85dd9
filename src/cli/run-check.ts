import { resolve } from 'node:path'
import { evaluate, preflightProbes } from '../preflight/preflight.ts'
import type { CheckOptions } from './check.ts'
import type { Cli, Screen } from './cli.ts'
import { readFactsFile } from './facts-file.ts'
import { readHosts } from './read-hosts.ts'
import { reportChecks } from './report-checks.ts'
import { loadTarget } from './target.ts'

/** `nfsha check`: the preflight, read from the nodes or from a file of facts. */
export async function runCheck(
  source: string,
  options: CheckOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const facts =
    options.facts === undefined
      ? (await readHosts(cluster.nodes, preflightProbes(cluster), cli, screen)).facts
      : await readFactsFile(resolve(cli.io.cwd, options.facts), cluster.name)
  const about = { suite: 'nfsha check', cluster: cluster.name, showsAll: options.all }
  reportChecks(evaluate(cluster, facts), about, cli, screen)
}
