import type { Action } from '../core/action.ts'
import type { Cluster, Node } from '../core/cluster.ts'
import type { Diff, Expected, Refusal, Risk, Side } from '../core/diff.ts'
import { inSync } from '../core/diff.ts'
import type { Answers, Reads } from '../core/probe.ts'
import { type AnyStep, defineStepOver, type Given, type NodeFile, type Step } from '../core/step.ts'
import { diffFile, type FileMend, ownedFile } from './_file-diff.ts'

/** What must be done at run time so that the files take effect. */
export interface Effect {
  /** Imperative, as a change's summary: "reload systemd's units". */
  readonly summary: string
  readonly actions: readonly Action[]
  /** What must be done before the files are written. */
  readonly before?: readonly Action[]
  readonly expect: Expected
  /** `safe` unless said. */
  readonly risk?: Risk
  /** What is noticed of it, as a change's. */
  readonly promise?: string
}

export interface FileStepFields<R extends Reads, I>
  extends Pick<Step<R, I>, 'id' | 'title'>,
    Partial<Pick<Step<R, I>, 'on' | 'order' | 'joint'>> {
  /** The files on `given.host`; their diff, guards and expectations follow from them. */
  files(given: Given<I>): readonly NodeFile[]
  /** Further probes, for `effect`. */
  reads?(given: Given<I>): R
  /**
   * Whether the run time agrees with the files; a file that only counts once something has read it
   * is in sync only then. `changed`: the files that this change is going to write. Undefined: agrees.
   */
  /** What is noticed of a new content that needs no effect: when it counts. Undefined: nothing to say. */
  promise?(given: Given<I>, self: Side<R, Node>): string | undefined
  effect?(
    given: Given<I>,
    self: Side<R, Node>,
    peer: Side<R, Node>,
    changed: readonly NodeFile[],
  ): Effect | Refusal | undefined
}

const noItem = [{ key: '', item: undefined }] as const

/** A step that owns files, once. */
export function fileStep<R extends Reads = Reads>(fields: FileStepFields<R, undefined>): AnyStep {
  return fileStepOver({ ...fields, over: () => noItem })
}

/** A step that owns files, once per item: a volume, a network. */
export function fileStepOver<R extends Reads, I>(
  fields: FileStepFields<R, I> & { over(cluster: Cluster): readonly { key: string; item: I }[] },
): AnyStep {
  const { reads: moreReads, effect, promise, ...step } = fields
  return defineStepOver<Reads, I>({
    ...step,
    reads: given => ({
      ...moreReads?.(given),
      ...Object.fromEntries(fields.files(given).map(({ path }) => [path, ownedFile(given.cluster, path)])),
    }),
    diff(given, self, peer) {
      const files = fields.files(given)
      const mends: FileMend[] = []
      for (const wanted of files) {
        const fact = self.facts[wanted.path]
        if (fact === undefined) throw new TypeError(`${wanted.path} is read by ${fields.id}`)
        // The probe of this name was made by ownedFile.
        const mend = diffFile(given.cluster, wanted, fact as Parameters<typeof diffFile>[2])
        if (mend?.kind === 'refusal') return mend
        if (mend !== undefined) mends.push(mend)
      }
      const changed = files.filter(({ path }) => mends.some(mend => mend.path === path))
      const outcome = effect?.(given, sideFor(self), sideFor(peer), changed)
      if (outcome !== undefined && 'kind' in outcome) return outcome
      return combine(mends, outcome, promise?.(given, sideFor(self)))
    },
  })

  // `reads` above asked what `fields.reads` wants, so its answers are among the side's.
  function sideFor(side: Side<Reads, Node>): Side<R, Node> {
    return { host: side.host, facts: side.facts as Answers<R> }
  }
}

/** One change of all files and their effect, or in sync. */
function combine(mends: readonly FileMend[], effect: Effect | undefined, said: string | undefined): Diff {
  if (mends.length === 0 && effect === undefined) return inSync
  const promise = effect?.promise ?? said
  return {
    kind: 'change',
    symbol: mends.length > 0 && mends.every(({ verb }) => verb === 'create') ? '+' : '~',
    summary: [...mends.map(({ verb, path }) => `${verb} ${path}`), ...(effect ? [effect.summary] : [])].join(
      '; ',
    ),
    risk: effect?.risk ?? 'safe',
    ...(promise !== undefined && { promise }),
    actions: [
      ...(effect?.before ?? []),
      ...mends.flatMap(({ actions }) => actions),
      ...(effect?.actions ?? []),
    ],
    expect: {
      self: [...mends.map(({ expect }) => expect), ...(effect?.expect.self ?? [])],
      peer: effect?.expect.peer ?? [],
    },
    display: mends.map(({ display }) => display),
  }
}
