import type { Fact } from './fact.ts'

/** What came back of one probe. */
export interface ProbeOutput {
  readonly stdout: string
  readonly exitCode: number
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
}

/** The exit code by which a probe says that what it asked for is proven not to be there. */
export const exitAbsent = 3

/** A step's or check's questions, by a name of its own. */
export type Reads = Readonly<Record<string, Probe<unknown>>>

/** The answers to `Reads`, typed. */
export type Answers<R extends Reads> = {
  readonly [K in keyof R]: R[K] extends Probe<infer T> ? Fact<T> : never
}
