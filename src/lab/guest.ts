import { NfshaError } from '../core/error.ts'
import type { LabPaths } from './instance.ts'
import { type RunResult, run } from './run.ts'
import type { MachineSpec } from './spec.ts'

/** Arguments of OpenSSH's client that lead to a guest and to nothing else: no user's configuration. */
export function sshArgv(paths: LabPaths, machine: MachineSpec, user = 'root'): readonly string[] {
  return [
    'ssh',
    ...['-F', 'none', '-i', paths.key, '-p', `${machine.sshPort}`],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `UserKnownHostsFile="${paths.knownHosts}"`, '-o', 'GlobalKnownHostsFile=/dev/null'],
    ...['-o', 'ConnectTimeout=10', '-o', 'LogLevel=ERROR'],
    `${user}@127.0.0.1`,
  ]
}

/** Runs a POSIX sh script in a guest as root; its exit code is a result, 255 when ssh itself failed. */
export function inGuest(
  paths: LabPaths,
  machine: MachineSpec,
  script: string,
  timeoutMs: number,
): Promise<RunResult> {
  const [ssh = 'ssh', ...args] = sshArgv(paths, machine)
  const destination = args.slice(-1)
  const argv = [ssh, ...args.slice(0, -1), '-o', 'BatchMode=yes', ...destination, 'LC_ALL=C sh -s']
  return run(argv, { stdin: script, timeoutMs })
}

/** Waits until the guest answers over SSH. Errors: `failed` after `limitMs`, or when `isAlive` says it is gone. */
export async function untilReachable(
  paths: LabPaths,
  machine: MachineSpec,
  limitMs: number,
  isAlive: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + limitMs
  while ((await inGuest(paths, machine, 'true\n', limitMs)).code !== 0) {
    const why = !(await isAlive())
      ? 'its process ended'
      : performance.now() > deadline
        ? `it did not answer over SSH within ${Math.round(limitMs / 1000)} seconds`
        : undefined
    if (why !== undefined)
      throw new NfshaError(
        'failed',
        `machine ${machine.name} did not boot: ${why}`,
        `see ${paths.consoleLog(machine.name)} and ${paths.processLog(machine.name)}`,
      )
    await new Promise(resolve => setTimeout(resolve, 300))
  }
}
