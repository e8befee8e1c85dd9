import type { Cluster, Node } from '../core/cluster.ts'
import type { Fact } from '../core/fact.ts'
import type { Answers, Reads } from '../core/probe.ts'

/** `unknown`: it could not be looked at, which is neither good nor bad. */
export type CheckOutcome = 'ok' | 'warn' | 'fail' | 'unknown'

/** One answer of `nfsha check`. */
export interface CheckResult {
  readonly node: string
  readonly check: string
  readonly result: CheckOutcome
  readonly message: string
  /** What to do; for everything that is not ok. */
  readonly fix?: string
}

/** What a check finds, before it is known whose it is. */
export type Finding = Omit<CheckResult, 'node' | 'check'>

/** The node that a check looks at, and the other one. */
export interface Subject {
  readonly cluster: Cluster
  readonly node: Node
  readonly peer: Node
}

/** One question about a node. Pure; `look` is called only when the node answers. */
export interface Check<R extends Reads = Reads> {
  readonly id: string
  reads(subject: Subject): R
  /** `peerFacts` are the same reads of the other node; all unknown when it does not answer. */
  look(subject: Subject, facts: Answers<R>, peerFacts: Answers<R>): readonly Finding[]
}

/** Closes a check's types, as the list of checks holds it. */
export function defineCheck<R extends Reads>(check: Check<R>): Check {
  // Each check is given the answers to its own reads only.
  return Object.freeze(check) as unknown as Check
}

export function ok(message: string): Finding {
  return { result: 'ok', message }
}

export function warn(message: string, fix: string): Finding {
  return { result: 'warn', message, fix }
}

export function fail(message: string, fix: string): Finding {
  return { result: 'fail', message, fix }
}

/** For a fact that is not known: `what` completes "could not be read". */
export function notKnown(
  what: string,
  fact: Fact<unknown>,
  fix = 'look at the node, then check again',
): Finding {
  const reason = fact.state === 'unknown' ? `: ${fact.reason}` : ''
  return { result: 'unknown', message: `${what} could not be read${reason}`, fix }
}

/** The list, or one `ok` when it is empty. */
export function orOk(findings: readonly Finding[], message: string): readonly Finding[] {
  return findings.length > 0 ? findings : [ok(message)]
}
