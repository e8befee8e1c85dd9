/** A stream of text to the user. */
export interface TextOutput {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/**
 * The process's doors: everything that a command may use of the world around it, so that tests run
 * commands in their own process.
 */
export interface Io {
  readonly stdout: TextOutput
  readonly stderr: TextOutput
  readonly stdin: {
    readonly isTTY: boolean
    /** All of standard input, for an inventory given as `-`. */
    readText(): Promise<string>
    /** One line typed at a prompt; undefined when the input ends instead. */
    ask(question: string): Promise<string | undefined>
    /** The same, with what is typed not shown. */
    askHidden(question: string): Promise<string | undefined>
  }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The local user's name, ssh's default. */
  readonly user: string
  /** The controller's host name, for locks and the journal. */
  readonly host: string
  readonly pid: number
  /** The terminal to draw on; absent where standard error is none. */
  readonly terminal?: { readonly stderr: NodeJS.WriteStream; readonly stdout: NodeJS.WriteStream }
  now(): Date
  /** Calls back on each Ctrl-C or SIGTERM instead of ending the process; returns how to stop that. */
  onInterrupt(callback: () => void): () => void
}
