import type { Cluster, Node } from './cluster.ts'
import type { Diff, Side } from './diff.ts'
import type { Reads } from './probe.ts'
import type { SecretText } from './secret.ts'

/** Renders a template of templates/ for a host; injected, so that steps do no I/O. */
export type RenderTemplate = (
  template: string,
  context: { cluster: Cluster; node: Node; item?: unknown },
) => SecretText

/** What both sides of a split-brain showed before its repair. */
export interface SplitBrainEvidence {
  /** Both sides beside each other, for people. */
  readonly text: string
  /** By volume: the paths, from its root, of the changes that would be lost; missing where they are not known. */
  readonly lost: Readonly<Record<string, readonly string[]>>
}

/** What the user asked for on this run; a playbook's header says which of these it takes. */
export interface Params {
  /** `RESOURCE@NODE` for each device whose content may be destroyed. */
  readonly allowDataLoss: readonly string[]
  /** Whether deploy waits for the initial sync to end. */
  readonly waitSync: boolean
  /** The node that the service is to be moved to. */
  readonly to?: string
  /** The marker of a node that is to be held: who, when, why, in one line. */
  readonly hold?: string
  /** When a comparison of both sides was asked for, ISO 8601: its record will say so. */
  readonly verify?: string
  /** Whether the held node's packages are to be upgraded, and whether it is to be rebooted. */
  readonly upgrade?: boolean
  readonly reboot?: boolean
  /** Clients are to have nothing of ours any more. */
  readonly remove?: boolean
  /** The node whose side of a split-brain is given up. */
  readonly discard?: string
  /** Names that repair by when it was asked for, by the controller's clock: `20260102T030405Z`. */
  readonly repair?: string
  readonly evidence?: SplitBrainEvidence
  /** A directory on that node, for what would be lost. */
  readonly copyTo?: string
  /** The node that is lost for good, and is left out. */
  readonly without?: string
  /** Clients that are still there count for nothing: they may lose what they use. */
  readonly despiteClients?: boolean
  /** Of a teardown: what goes besides the cluster itself. */
  readonly wipeMetadata?: boolean
  readonly purgePackages?: boolean
}

/**
 * A file that a step wants on a node: what `nfsha render` writes and what the file steps diff.
 * `block`: only the part between our markers is ours; the rest belongs to the administrator.
 */
export interface NodeFile {
  readonly path: string
  /** The template's path below templates/, without `.hbs`. */
  readonly template: string
  readonly content: SecretText
  /** Octal, four digits. */
  readonly mode: string
  /** `user:group`. */
  readonly owner: string
  readonly block?: boolean
}

/** All that a step may look at besides facts. */
export interface Given<I> {
  readonly cluster: Cluster
  readonly host: Node
  readonly peer: Node
  readonly params: Params
  readonly render: RenderTemplate
  /** The item of `over`: a volume, a file. */
  readonly item: I
}

/**
 * Says what should be and what differs; never does anything. Plan, apply and verify all read `diff`.
 * `on`: which hosts; `order`: `parallel` (all in one go), or one after the other with a
 * verify between. `over` makes one instance per item, in order; `key` names it.
 */
export interface Step<R extends Reads = Reads, I = undefined> {
  readonly id: string
  readonly title: string
  readonly on: 'both' | 'clients'
  readonly order: 'parallel' | 'one-by-one'
  /** Needs the other node's facts: a chunk ends before it, so that both sides are fresh. */
  readonly joint: boolean
  over(cluster: Cluster): readonly { readonly key: string; readonly item: I }[]
  reads(given: Given<I>): R
  /** The files that this instance wants on `given.host`; absent for steps that own none. */
  files?(given: Given<I>): readonly NodeFile[]
  diff(given: Given<I>, self: Side<R, Node>, peer: Side<R, Node>): Diff
}

/** A step with its types closed, as the planner holds it. */
export type AnyStep = Step<Reads, unknown>

type StepFields<R extends Reads, I> = Pick<Step<R, I>, 'id' | 'title' | 'reads' | 'diff'> &
  Partial<Pick<Step<R, I>, 'order' | 'joint' | 'files'>>

/** Defines a step that exists once. Its defaults: both nodes, in parallel, not joint. */
export function defineStep<R extends Reads>(fields: StepFields<R, undefined>): AnyStep {
  return defineStepOver({ ...fields, over: () => [{ key: '', item: undefined }] })
}

/** Defines a step that exists once per item of the cluster: a volume, a file. */
export function defineStepOver<R extends Reads, I>(
  fields: StepFields<R, I> & Pick<Step<R, I>, 'over'>,
): AnyStep {
  const step: Step<R, I> = { on: 'both', order: 'parallel', joint: false, ...fields }
  // The planner pairs each instance's item with the reads and diff of its own step only.
  return Object.freeze(step) as unknown as AnyStep
}
