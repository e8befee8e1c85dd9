import type { Cluster } from '../../src/core/cluster.ts'
import { instancesOf, type PlanContext, type StepInstance } from '../../src/planner/instances.ts'
import { templateLoader } from '../../src/render/load.ts'
import { createRender } from '../../src/render/render.ts'
import { steps } from './steps.ts'

export interface BenchWork extends PlanContext {
  readonly instances: readonly StepInstance[]
  readonly playbook: string
}

/** The playbook over a cluster, with all that its steps may look at. */
export function benchWork(cluster: Cluster): BenchWork {
  return {
    cluster,
    instances: instancesOf(cluster, steps),
    params: { allowDataLoss: [], waitSync: false },
    render: createRender(templateLoader()),
    playbook: 'bench',
  }
}
