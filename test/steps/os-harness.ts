import type { Cluster } from '../../src/core/cluster.ts'
import type { Diff } from '../../src/core/diff.ts'
import { unknown } from '../../src/core/fact.ts'
import type { AnyStep } from '../../src/core/step.ts'
import { givenFor, instancesOf } from '../../src/planner/instances.ts'
import { exampleCluster } from '../fixtures/cluster.ts'
import { blankNode, deployedNode, type Said } from '../fixtures/os-facts.ts'
import { contextOf, m1, m2, plan } from './ha-fixture.ts'

export const example = exampleCluster({ timeSync: { kind: 'chrony', servers: ['192.168.0.1'] } })

/** The diff on the first node, facts being those of a blank or a deployed pair with some replaced. */
export function diffOn(
  step: AnyStep,
  from: 'blank' | 'deployed',
  changed: Said = [],
  cluster: Cluster = example,
): Diff {
  const diffs = plan(
    step,
    { [m1]: [...base(step, from, m1, cluster), ...changed], [m2]: base(step, from, m2, cluster) },
    cluster,
  )
  const diff = diffs[m1]
  if (diff === undefined) throw new TypeError(`${step.id} is not diffed on ${m1}`)
  return diff
}

function base(step: AnyStep, from: 'blank' | 'deployed', name: string, cluster: Cluster): Said {
  if (from === 'blank') return blankNode(cluster, name)
  const context = contextOf(cluster)
  const node = cluster.nodes.find(candidate => candidate.name === name)
  const files = instancesOf(cluster, [step]).flatMap(instance =>
    node === undefined ? [] : (step.files?.(givenFor(instance, node, context)) ?? []),
  )
  return deployedNode(cluster, name, files)
}

/** The change, or a failure that says what else there was. */
export function changeOf(diff: Diff) {
  if (diff.kind !== 'change') throw new TypeError(`expected a change, got ${JSON.stringify(diff)}`)
  return diff
}

export function commands(diff: Diff): readonly string[] {
  return changeOf(diff).actions.map(action => {
    if (action.kind === 'run') return action.argv.join(' ')
    return action.kind === 'put' ? `put ${action.path}` : action.title
  })
}

export const unread = unknown('I/O error')
