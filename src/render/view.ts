import type { Cluster, Node } from '../core/cluster.ts'
import type { Secret } from '../core/secret.ts'

/** What a view is made from; `hide` gives the placeholder under which a secret may stand in text. */
export interface Viewed {
  readonly cluster: Cluster
  readonly node: Node
  readonly item?: unknown
  hide(secret: Secret): string
}

/** What one template may name: plain values, in the spelling that the file needs. */
export type View = (from: Viewed) => Readonly<Record<string, unknown>>
