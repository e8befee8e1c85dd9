import type { Action } from './action.ts'
import type { Fact } from './fact.ts'
import type { Answers, Probe, Reads } from './probe.ts'

/** `safe`: nobody notices; `disruptive`: clients may wait; `destructive`: data on a device is overwritten. */
export type Risk = 'safe' | 'disruptive' | 'destructive'

/** What a change looks like to a reader of the plan. */
export type Display =
  | {
      readonly kind: 'file'
      readonly path: string
      /** Masked text; undefined: does not exist. */
      readonly before: string | undefined
      readonly after: string | undefined
      readonly note?: string
    }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }

/** A fact that will hold after the change, for one probe. */
export interface Expectation {
  readonly probe: Probe<unknown>
  readonly fact: Fact<unknown>
}

/** Expectations for the host that is diffed, and for its peer. */
export interface Expected {
  readonly self?: readonly Expectation[]
  readonly peer?: readonly Expectation[]
}

export interface Change {
  readonly kind: 'change'
  /** One line, imperative: "create DRBD metadata on /dev/vdb". */
  readonly summary: string
  readonly symbol: '+' | '~' | '-' | '!'
  readonly risk: Risk
  readonly actions: readonly Action[]
  readonly expect: Expected
  readonly display?: readonly Display[]
  /** What clients and the pair notice while it is applied to a pair that serves, in one sentence. */
  readonly promise?: string
  /** What a destructive change destroys: the ids that --allow-data-loss takes (RESOURCE@NODE), when not provably blank. */
  readonly consumed?: readonly string[]
}

/** A condition that time brings. The node streams its facts; this diff decides. */
export interface Wait {
  readonly kind: 'wait'
  readonly summary: string
  /** Gives up when nothing moved for so long. */
  readonly noProgressMs: number
  /** A text that changes while it progresses, shown live: "41 % 3.2 MiB/s, 2:10 left". */
  readonly progress?: string
  /** 0 to 1, for bars. */
  readonly fraction?: number
  /** What the planner assumes once the wait is over, as a change's expectation. */
  readonly expect: Expected
}

export interface Refusal {
  readonly kind: 'refusal'
  /** Field word for scripts: `data-loss`, `foreign-metadata`, `unknown-state`. */
  readonly id: string
  readonly reason: string
  readonly hint: string
  /** What would hold had this not been refused, so that the rest of the plan can still be read. Nothing is applied. */
  readonly expect?: Expected
}

export type Diff = { readonly kind: 'in-sync'; readonly note?: string } | Change | Wait | Refusal

/** One host's answers for a step, and who it is. An unreachable peer's answers are all unknown. */
export interface Side<R extends Reads, H> {
  readonly host: H
  readonly facts: Answers<R>
}

/** States what a probe will find after a change; typed by the probe. */
export function expects<T>(probe: Probe<T>, fact: Fact<T>): Expectation {
  return { probe: probe as Probe<unknown>, fact }
}

export const inSync: Diff = Object.freeze({ kind: 'in-sync' })

export function refusal(id: string, reason: string, hint: string, expect?: Expected): Refusal {
  return { kind: 'refusal', id, reason, hint, ...(expect && { expect }) }
}
