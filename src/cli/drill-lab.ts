import type { Cluster } from '../core/cluster.ts'
import type { Machines } from '../drill/fault.ts'
import { type FaultName, type FaultTarget, injectFault } from '../lab/faults.ts'
import type { LabState } from '../lab/instance.ts'
import { liveLab } from '../lab/live.ts'
import { withLock } from '../lab/lock.ts'
import type { InventoryLab } from './lab-inventory.ts'

/** The lab's machines as a drill may break them. */
export interface DrillLab {
  readonly machines: Machines
  readonly accel: LabState['accel']
}

/**
 * The lab that this cluster's nodes are machines of; undefined when none is up, or when the nodes
 * are reached elsewhere than at the lab's ports: then they are real.
 */
export async function drillLab(lab: InventoryLab, cluster: Cluster): Promise<DrillLab | undefined> {
  const live = await liveLab(lab.directory).catch(() => undefined)
  if (live === undefined) return undefined
  const isOurs = cluster.nodes.every(({ name, ssh }) =>
    live.state.spec.machines.some(
      machine => machine.name === name && ssh.host === '127.0.0.1' && ssh.port === machine.sshPort,
    ),
  )
  if (!isOurs) return undefined
  const inject = (fault: FaultName, target: FaultTarget) =>
    withLock(live.paths.lock, async () => injectFault(await liveLab(lab.directory), fault, target))
  return {
    accel: live.state.accel,
    machines: {
      powerCut: machine => inject('power-cut', { machine }),
      powerOn: machine => inject('power-on', { machine }),
      freeze: machine => inject('freeze', { machine }),
      thaw: machine => inject('thaw', { machine }),
      setCable: (machine, link, isUp) => inject(isUp ? 'link-up' : 'link-down', { machine, link }),
    },
  }
}
