import type { SshTarget } from './cluster.ts'

/**
 * A long-lived POSIX sh on one host, running as root (become is the transport's business): bytes in,
 * bytes out. Only a broken link throws; what commands return travels in the frames of the executor.
 */
export interface RemoteShell {
  /** Sends text to the shell's standard input. Rejects when the link is gone. */
  write(text: string): Promise<void>
  /** The shell's standard output as it comes, decoded as latin1 so that frames count bytes. Ends when the link does; a broken link throws `NfshaError` `unreachable`. */
  readonly output: AsyncIterable<string>
  /** What the shell wrote to standard error so far, bounded to its last 64 KiB: for messages only. */
  stderrTail(): string
  /** Closes standard input and the channel. Never throws. */
  close(): Promise<void>
}

/** Where a transport can reach: an ssh target, or this machine. */
export interface HostAddress {
  readonly name: string
  readonly ssh: SshTarget
}

/** Another way to a host: from `through`, to which a shell is open, to one of the host's other addresses. */
export interface Detour {
  readonly through: HostAddress
  /** IPv4, dotted; they are tried all at once. */
  readonly addresses: readonly string[]
}

/** One connection a host for the whole run. */
export interface Transport {
  /** Opens the shell. Errors: `unreachable` (network, timeout), `refused` (host key), `failed` (authentication, sudo). */
  open(host: HostAddress, signal: AbortSignal): Promise<RemoteShell>
  /**
   * Opens a shell by a detour, and says by which address. The host proves itself by the same key as
   * at its own address. Errors as `open`. Missing where the transport knows no other ways.
   */
  openBy?(
    host: HostAddress,
    detour: Detour,
    signal: AbortSignal,
  ): Promise<{ shell: RemoteShell; address: string }>
  /** Ends all connections. */
  close(): Promise<void>
}
