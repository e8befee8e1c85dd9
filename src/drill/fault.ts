import type { Cluster, Node } from '../core/cluster.ts'
import type { FailoverKind } from '../core/failover.ts'

/** Powers over machines that only a lab has. Node and link names are the inventory's. */
export interface Machines {
  powerCut(node: string): Promise<void>
  powerOn(node: string): Promise<void>
  freeze(node: string): Promise<void>
  thaw(node: string): Promise<void>
  /** Pulls a node's cable, or plugs it in: NO-CARRIER on its NIC. */
  setCable(node: string, link: string, isUp: boolean): Promise<void>
}

/** Where a fault strikes. */
export interface Scene {
  readonly cluster: Cluster
  /** The node that served when the drill began, and the other one. */
  readonly active: Node
  readonly passive: Node
  /** Absent on real nodes. */
  readonly machines?: Machines
  /** How long a fault that ends by itself lasts. */
  readonly lastsMs: number
  /** The run's own directory on the nodes; a tmpfs. */
  readonly directory: string
  /** Runs a POSIX sh script as root on a node; its output. Throws when it fails. */
  run(node: Node, script: string): Promise<string>
  /** The same; undefined when it fails or the node does not answer. */
  tryRun(node: Node, script: string): Promise<string | undefined>
  /** The same, without waiting or caring for its end: for what takes the link away. */
  fire(node: Node, script: string): Promise<void>
}

/**
 * What is expected of the group: `moves` to the other node, `stays`, or either, `may-move`
 * (`moves` needs the fault to be felt; a wait that is in vain fails the drill).
 */
export type Outcome = 'moves' | 'stays' | 'may-move'

/** A fault, as data. `heal` must be safe to run whatever `inject` came to, and more than once. */
export interface Fault {
  readonly name: string
  readonly summary: string
  readonly outcome: Outcome
  /** Works on machines of a lab only, on real nodes too, or is harmless there. */
  readonly where: 'lab' | 'anywhere'
  /**
   * When it is healed: `when-served`, once clients are served again; `after-deadtime`, once it lasted for so
   * long that heartbeat and a takeover are through.
   */
  readonly healed: 'when-served' | 'after-deadtime'
  /** The way of failing over whose figures it gives, for predictions. */
  readonly measures?: FailoverKind
  /** The node that does not run at all while it lasts. */
  readonly stops?: 'active'
  /** Says why it cannot be injected into this cluster; undefined when it can. */
  unfit?(scene: Pick<Scene, 'cluster' | 'machines'>): string | undefined
  inject(scene: Scene): Promise<void>
  heal(scene: Scene): Promise<void>
}
