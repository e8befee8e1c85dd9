import type { RunAction } from '../core/action.ts'

const defaultTimeoutMs = 60_000

/** Runs a program: `run(['drbdadm', 'up', 'data'])`. */
export function run(
  argv: readonly string[],
  more: Partial<Omit<RunAction, 'kind' | 'argv'>> = {},
): RunAction {
  return { kind: 'run', argv, timeoutMs: defaultTimeoutMs, ...more }
}

/** `systemctl VERB UNIT…`, as systemctl(1); never asks, never pages. */
export function systemctl(verb: string, ...units: readonly string[]): RunAction {
  return run(['systemctl', '--no-ask-password', verb, ...units], { timeoutMs: 120_000 })
}

/** Makes systemd read changed units and drop-ins. */
export function daemonReload(): RunAction {
  return systemctl('daemon-reload')
}

/** Makes a directory and its parents where they are missing; an existing one keeps its mode. */
export function makeDirectory(path: string, mode = '0755'): RunAction {
  return run(['mkdir', '-p', '-m', mode, path])
}

export function chmod(path: string, mode: string): RunAction {
  return run(['chmod', mode, path])
}

/** `owner` is `user:group`. */
export function chown(path: string, owner: string): RunAction {
  return run(['chown', owner, path])
}
