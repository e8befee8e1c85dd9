import type { Fact } from './fact.ts'

/** What came back of one probe. */
export interface ProbeOutput {
  readonly stdout: string
  readonly exitCode: number
}

/**
 * How questions of one kind are asked together, where one command answers many of them: on an emulated node
 * a process costs tens of milliseconds. Each has the answer that it would have had alone.
 */
export interface Joint {
  readonly kind: string
  /** One script for all, each given by what it is about; it ends as a probe's does when nothing is known of any. */
  script(about: readonly string[]): string
  /** That script's output as each one's own, in order. An error's message is the reason that none is known. */
  split(output: string, about: readonly string[]): readonly ProbeOutput[]
}

/**
 * A question to one host. Read-only, needs nothing that a step installs, ends by its deadline.
 * `id` is unique for script and parser: two probes with one id are the same question.
 * `script` is POSIX sh, run as root in a subshell with stdin from /dev/null and LC_ALL=C; by
 * agreement it exits 0 for an answer, 3 for "proven absent", anything else is unknown (stdout's
 * last line is the reason). `parse` sees answers only and keeps only what a diff reads.
 */
export interface Probe<T> {
  readonly id: string
  readonly script: string
  parse(output: ProbeOutput): Fact<T>
  readonly deadlineMs: number
  readonly maxBytes: number
  /** How it is asked together with others of its kind; `about` tells it from those, `part` says what of its answer counts. */
  readonly joint?: {
    readonly how: Joint
    readonly about: string
    part?(answer: ProbeOutput): ProbeOutput
  }
}

/** The exit code by which a probe says that what it asked for is proven not to be there. */
export const exitAbsent = 3

/** A step's or check's questions, by a name of its own. */
export type Reads = Readonly<Record<string, Probe<unknown>>>

/** The answers to `Reads`, typed. */
export type Answers<R extends Reads> = {
  readonly [K in keyof R]: R[K] extends Probe<infer T> ? Fact<T> : never
}
