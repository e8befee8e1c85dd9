import type { Client, Cluster, Host } from './cluster.ts'
import type { Diff, Side } from './diff.ts'
import type { Reads } from './probe.ts'
import type { AnyStep, Given } from './step.ts'

/** What a step for clients may look at besides facts. A client has no peer. */
export interface ClientGiven<I> extends Omit<Given<I>, 'host' | 'peer'> {
  readonly host: Client
}

interface ClientStepFields<R extends Reads, I> {
  readonly id: string
  readonly title: string
  over?(cluster: Cluster): readonly { readonly key: string; readonly item: I }[]
  reads(given: ClientGiven<I>): R
  diff(given: ClientGiven<I>, self: Side<R, Client>): Diff
}

/** Defines a step that is diffed on each client by itself, never on a node; once, or once per item. */
export function defineClientStep<R extends Reads, I = undefined>(fields: ClientStepFields<R, I>): AnyStep {
  const step = {
    over: () => [{ key: '', item: undefined }],
    ...fields,
    // The planner looks at a peer, too; a client has none, and a node is asked nothing.
    reads: (given: ClientGiven<I> & { readonly host: Host }) =>
      given.host.kind === 'client' ? fields.reads(given) : {},
    on: 'clients',
    order: 'parallel',
    joint: false,
  }
  // The planner gives a step that is `on: clients` the clients, and each instance its own item.
  return Object.freeze(step) as unknown as AnyStep
}
