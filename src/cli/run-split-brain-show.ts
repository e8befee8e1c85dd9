import { exitCodes } from '../core/error.ts'
import { splitBrainText } from '../report/split-brain-text.ts'
import { type SplitBrain, splitBrainOf, splitBrainProbes } from '../status/split-brain.ts'
import type { Cli, Screen } from './cli.ts'
import { listenForInterrupts, unlessInterrupted } from './interrupt.ts'
import { lookAt } from './look.ts'
import type { ShowOptions } from './split-brain.ts'
import { loadTarget } from './target.ts'
import { quietly, watchRun } from './watch.ts'

/** How many files of a volume are named without --all. */
const fewFiles = 20

/** `nfsha split-brain show`: asks each node on its own; 0, or 4 when one did not answer. */
export async function runSplitBrainShow(
  source: string,
  options: ShowOptions,
  cli: Cli,
  screen: Screen,
): Promise<void> {
  const { cluster } = await loadTarget(source, options, cli, screen)
  const progress = await watchRun(screen, cli.io)
  const interrupts = listenForInterrupts(cli.io)
  const events = quietly(progress, screen, cli.io)
  const survey = await lookAt(cluster, cluster.nodes, cli.io, events, interrupts.stop)
  try {
    const reading = survey.read(splitBrainProbes(cluster), options.timeout)
    const { facts } = await unlessInterrupted(reading, interrupts.stop)
    await progress.settle()
    const split = splitBrainOf(cluster, facts)
    if (split.nodes.some(({ problem }) => problem !== undefined)) cli.setExitCode(exitCodes.unreachable)
    const next = nextSteps(split, source)
    if (screen.format === 'json') screen.printJson({ exitCode: cli.exitCode(), ...split, next })
    else {
      const most = options.all ? {} : { most: fewFiles }
      screen.print(splitBrainText(split, { paint: screen.paint, next, ...most }))
    }
  } finally {
    interrupts.release()
    await progress.settle()
    await survey.close()
  }
}

/** What can be done, with what each choice gives up; which one is a person's choice. */
function nextSteps({ verdict, nodes, volumes }: SplitBrain, source: string): readonly string[] {
  if (verdict === 'none') return []
  if (verdict === 'unknown')
    return ['reach what did not answer, or its console, and look again; change nothing before']
  const repair = (node: string) => `nfsha split-brain repair ${source} --discard ${node}`
  const [first] = nodes
  if (verdict === 'remembered')
    return [`${repair(first?.name ?? '')} forgets it; nothing is lost, whichever node is named`]
  return nodes.map(({ name }) => {
    const counts = volumes.map(({ sides }) => sides.find(({ node }) => node === name)?.changed)
    const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
    const loss = counts.includes(undefined) ? 'it is not known how much' : `${total} changed paths`
    return `${repair(name)}    gives up what ${name} wrote (${loss})`
  })
}
