/** The process exit codes of the command line; one meaning each (docs: README, "Exit codes"). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  changesPending: 2,
  preflight: 3,
  unreachable: 4,
  refused: 5,
  statusDegraded: 10,
  statusDown: 11,
  statusSplitBrain: 12,
  usage: 64,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What kind of failure it is; each kind has one exit code. */
export type ErrorCode = 'failed' | 'preflight' | 'unreachable' | 'refused' | 'usage' | 'interrupted'

/** A place in a file that the user wrote: 1-based line and column. */
export interface SourcePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing that is wrong: what, what to do next, and where. */
export interface Problem {
  readonly message: string
  readonly hint: string
  readonly at?: SourcePlace
}

/**
 * The one error class. `message` says what is wrong, `hint` what to do next. Several problems found
 * together (an inventory's) travel in `problems`; the message then counts them.
 */
export class NfshaError extends Error {
  readonly code: ErrorCode
  readonly hint: string
  readonly at: SourcePlace | undefined
  readonly problems: readonly Problem[]

  constructor(
    code: ErrorCode,
    message: string,
    hint: string,
    more: { cause?: unknown; at?: SourcePlace; problems?: readonly Problem[] } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'NfshaError'
    this.code = code
    this.hint = hint
    this.at = more.at
    this.problems = more.problems ?? []
  }

  get exitCode(): ExitCode {
    return exitCodes[this.code]
  }
}

/** Whatever was thrown as the one error class: what is no error of ours is a defect. */
export function toNfshaError(thrown: unknown): NfshaError {
  if (thrown instanceof NfshaError) return thrown
  return new NfshaError(
    'failed',
    `unexpected: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    'this is a defect of nfsha: please report it with the output of the same command with -vvv',
    { cause: thrown },
  )
}
