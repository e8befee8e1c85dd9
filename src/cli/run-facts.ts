import { resolve } from 'node:path'
import { exitCodes } from '../core/error.ts'
import { factsText } from '../report/facts-text.ts'
import { allProbes } from './all-probes.ts'
import type { Cli, Screen } from './cli.ts'
import type { FactsOptions } from './facts.ts'
import { factsFile, writeFactsFile } from './facts-file.ts'
import { readHosts } from './read-hosts.ts'
import { assertKnown } from './selection.ts'
import { loadTarget } from './target.ts'

/** `nfsha facts`: what any command asks of the nodes. One that does not answer has its reason as every fact. */
export async function runFacts(
  source: string,
  options: FactsOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const { node, out } = options
  if (node !== undefined)
    assertKnown(
      'node',
      node,
      cluster.nodes.map(({ name }) => name),
    )
  const nodes = cluster.nodes.filter(({ name }) => node === undefined || name === node)
  const { facts, failures } = await readHosts(nodes, await allProbes(cluster), cli, screen)
  if (failures.length > 0) cli.setExitCode(exitCodes.unreachable)
  const file = factsFile(cluster.name, cli.io.now(), facts)
  if (out !== undefined) await writeFactsFile(resolve(cli.io.cwd, out), file)
  if (screen.format === 'json') {
    const verdict = failures.length === 0 ? 'done' : 'unreachable'
    screen.printJson({ verdict, exitCode: cli.exitCode(), ...file })
  } else if (out === undefined) screen.print(factsText(facts, screen.paint))
  else screen.print(`facts of ${Object.keys(facts).join(' and ')} are in ${out}`)
}
