import { resolve } from 'node:path'
import { availabilityOf } from '../core/availability.ts'
import { predictFailover } from '../core/failover.ts'
import { drillRecordProbes, newestRecord } from '../facts/drill-record.ts'
import { availabilityText } from '../report/availability-text.ts'
import type { AvailabilityOptions } from './availability.ts'
import type { Cli, Screen } from './cli.ts'
import { readFactsFile } from './facts-file.ts'
import { readHosts } from './read-hosts.ts'
import { loadTarget } from './target.ts'

/** `nfsha availability`: a node that does not answer leaves the figures to the other, or to the timers. */
export async function runAvailability(
  source: string,
  options: AvailabilityOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const facts =
    options.facts === undefined
      ? (await readHosts(cluster.nodes, drillRecordProbes(cluster), cli, screen)).facts
      : await readFactsFile(resolve(cli.io.cwd, options.facts), cluster.name)
  const predicted = predictFailover(cluster, newestRecord(cluster, facts))
  const assumed = {
    ...{ mtbfHours: options.mtbf, mttrHours: options.mttr },
    ...{ plannedPerYear: options.plannedPerYear, nicCutsPerYear: options.nicCutsPerYear },
  }
  const found = availabilityOf(predicted, assumed)
  if (screen.format === 'json')
    screen.printJson({ verdict: 'done', exitCode: 0, cluster: cluster.name, assumed, predicted, ...found })
  else screen.print(availabilityText(found, assumed, predicted, screen.paint))
}
