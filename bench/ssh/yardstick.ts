import type { Change } from '../../src/core/diff.ts'
import { quote } from '../../src/core/quote.ts'
import { actionScript } from '../../src/executor/actions.ts'
import { probesByHost } from '../../src/planner/instances.ts'
import { makePlan } from '../../src/planner/plan.ts'
import type { BenchWork } from './work.ts'

/*
 * The yardstick: the same questions and the same deeds as one script a host, sent whole to one
 * `ssh … sh`. It knows beforehand what is to be done, and reports nothing but its output.
 */

export interface YardstickScripts {
  /** All questions once: what a no-op or a plan must ask. */
  readonly look: string
  /** All questions, all deeds, all questions again. */
  readonly deploy: string
}

export function yardstick(work: BenchWork): YardstickScripts {
  const [node] = work.cluster.nodes
  const probes = probesByHost(work.instances, work)[node.name] ?? []
  const look = probes.map(({ script }) => `(eval ${quote(script)}) </dev/null`).join('\n')
  // Everything absent: then everything is to be done.
  const absent = Object.fromEntries(probes.map(({ id }) => [id, { state: 'absent' as const }]))
  const facts = Object.fromEntries(work.cluster.nodes.map(({ name }) => [name, absent]))
  const plan = makePlan({ ...work, facts })
  const deeds = plan.steps
    .flatMap(({ hosts }) => hosts.filter(({ host }) => host === node.name))
    .map(({ diff }) => diff)
    .filter((diff): diff is Change => diff.kind === 'change')
    .flatMap(({ actions }) => actions)
    .map(action => {
      const deed = `(${actionScript(action)}) </dev/null || exit 1`
      return action.guard === undefined ? deed : `(${action.guard.script}) || exit 1\n${deed}`
    })
  const wrapped = (body: string) => `export LC_ALL=C\nall() {\n${body}\ntrue\n}\nall\n`
  return { look: wrapped(look), deploy: wrapped([look, ...deeds, look].join('\n')) }
}
