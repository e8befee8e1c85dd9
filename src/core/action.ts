import type { SecretText } from './secret.ts'

/**
 * A precondition that an action carries to the node: checked there, in the same script, just before
 * the action. `script` is POSIX sh: exit 0 when it holds, else its last line of stdout says what it
 * found. `expects` says in words what must hold.
 */
export interface Guard {
  readonly expects: string
  readonly script: string
}

/** Runs one command line. No shell: argv is quoted by the executor. */
export interface RunAction {
  readonly kind: 'run'
  readonly argv: readonly string[]
  readonly stdin?: SecretText
  /** Exit codes that are success; [0] unless said. */
  readonly okCodes?: readonly number[]
  readonly timeoutMs: number
  readonly guard?: Guard
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a small POSIX sh program for what one argv cannot say: a compound deed such as promote, mkfs, demote. Shown whole in the plan. */
export interface ScriptAction {
  readonly kind: 'script'
  /** What it does, in one line, for progress. */
  readonly title: string
  readonly script: string
  readonly timeoutMs: number
  readonly guard?: Guard
  /** Its output is for people who wait: each line is shown as it comes. */
  readonly tells?: true
  /** The node goes down by it and comes back: the link is expected to end, and is made again. */
  readonly reboots?: true
}

/** Writes a whole file atomically: temporary beside it, mode and owner, fsync, rename. */
export interface PutAction {
  readonly kind: 'put'
  readonly path: string
  readonly content: SecretText
  /** Octal, four digits. */
  readonly mode: string
  /** `user:group`. */
  readonly owner: string
  readonly guard?: Guard
}

export type Action = RunAction | ScriptAction | PutAction
