import type { Node } from '../core/cluster.ts'
import type { Probe } from '../core/probe.ts'
import { answerTo } from '../facts/group.ts'
import { os } from '../facts/os.ts'
import { rehearsalHere } from '../facts/rehearsal.ts'
import { unreachable } from '../preflight/reachable.ts'
import { rehearsedChecks } from '../preflight/rehearsed.ts'
import { loadRender } from '../render/load-render.ts'
import { wantedRehearsal } from '../steps/_rehearsal.ts'
import type { Cli, Screen } from './cli.ts'
import { readHosts } from './read-hosts.ts'
import type { RehearseOptions } from './rehearse.ts'
import { reportChecks } from './report-checks.ts'
import { loadTarget } from './target.ts'

/** `nfsha rehearse`: what deploy rehearses, and what the nodes rehearse by themselves. */
export async function runRehearse(
  source: string,
  options: RehearseOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const render = await loadRender()
  const wanted = (node: Node) => wantedRehearsal({ cluster, host: node, render })
  const probes = cluster.nodes.map((node): [string, readonly Probe<unknown>[]] => [
    node.name,
    [os, wanted(node), rehearsalHere],
  ])
  const { facts } = await readHosts(cluster.nodes, Object.fromEntries(probes), cli, screen)
  const checks = cluster.nodes.flatMap(node => {
    const answers = facts[node.name] ?? {}
    const silent = unreachable(node, answers)
    if (silent !== undefined) return [silent]
    return rehearsedChecks(node.name, {
      wanted: answerTo(answers, wanted(node)),
      here: answerTo(answers, rehearsalHere),
    })
  })
  const about = { suite: 'nfsha rehearse', cluster: cluster.name, showsAll: options.all }
  reportChecks(checks, about, cli, screen)
}
