export const logSources = ['ha-log', 'kernel', 'journal'] as const

/** Where a line was read: heartbeat's own log, the kernel's messages, or the rest of the system journal. */
export type LogSource = (typeof logSources)[number]

/** A line of a host's logs. */
export interface LogLine {
  /** Milliseconds since the epoch, by the clock of whoever reads; by the host's until it was aligned. */
  readonly atMs: number
  readonly host: string
  readonly source: LogSource
  /** Who said it: `heartbeat`, `kernel`, `rpc.mountd`… */
  readonly program: string
  /** syslog(3): 0 emergency to 7 debug. */
  readonly priority: number
  readonly text: string
}
