import { spawn } from 'node:child_process'
import { open, readdir, readFile } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'

/** A process of ours. `startTime` tells it from a later one with the same pid (proc(5), stat field 22). */
export interface TrackedProcess {
  readonly name: string
  readonly pid: number
  readonly startTime: string
  /** Start times count from the host's boot. */
  readonly bootId: string
}

export async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

/**
 * The start time in a line of /proc/PID/stat, while any thread of the process lives: the command's name
 * may hold spaces and parentheses. One whose first thread is a zombie goes on as long as it has others,
 * and so do its files and ports: QEMU, killed, kept its SSH port for a moment longer (proc(5), fields 3,
 * 20 and 22).
 */
export function startTimeIn(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', threads, startTime] = [fields[0], fields[17], fields[19]]
  return 'ZX'.includes(state) && Number(threads) < 2 ? undefined : startTime
}

async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat === undefined ? undefined : startTimeIn(stat)
}

export async function isAlive(process: TrackedProcess): Promise<boolean> {
  return process.bootId === (await bootId()) && (await startTimeOf(process.pid)) === process.startTime
}

/** Starts a process that outlives us, its output going to `logFile`. Errors: `failed` when it ends at once. */
export async function startProcess(
  name: string,
  argv: readonly string[],
  logFile: string,
): Promise<TrackedProcess> {
  const [command = '', ...args] = argv
  const log = await open(logFile, 'a')
  try {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log.fd, log.fd] })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.unref()
    const { pid } = child
    const startTime = pid === undefined ? undefined : await startTimeOf(pid)
    if (pid === undefined || startTime === undefined)
      throw new NfshaError('failed', `${name} ended as soon as it was started`, `see ${logFile}`)
    return { name, pid, startTime, bootId: await bootId() }
  } finally {
    await log.close()
  }
}

/** Kills the process and waits until it is gone; one that is not ours any more is left alone. */
export async function endProcess(process: TrackedProcess): Promise<void> {
  if (!(await isAlive(process))) return
  signal(process.pid)
  while (await isAlive(process)) await new Promise(resolve => setTimeout(resolve, 20))
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Processes of this machine started with `-name` and the prefix: what a crashed run did not write down. */
export async function findByName(prefix: string): Promise<readonly TrackedProcess[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid): Promise<readonly TrackedProcess[]> => {
      const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
      const name = argv[argv.indexOf('-name') + 1]
      const startTime = await startTimeOf(pid)
      if (!argv.includes('-name') || name?.startsWith(prefix) !== true || startTime === undefined) return []
      return [{ name: name.slice(prefix.length), pid, startTime, bootId: await bootId() }]
    }),
  )
  return found.flat()
}

/** This process, for a lock that names its holder. */
export async function ownProcess(): Promise<TrackedProcess> {
  const startTime = (await startTimeOf(process.pid)) ?? ''
  return { name: 'nfsha', pid: process.pid, startTime, bootId: await bootId() }
}
