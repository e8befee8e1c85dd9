import { open, readFile, rm } from 'node:fs/promises'
import { NfshaError } from '../core/error.ts'
import { isAlive, ownProcess, type TrackedProcess } from './processes.ts'

/**
 * Does the work while no other command changes the same lab. A lock whose holder is gone is taken
 * over. Errors: `refused` naming the holder.
 */
export async function withLock<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  await takeLock(lockFile)
  try {
    return await work()
  } finally {
    await rm(lockFile, { force: true })
  }
}

async function takeLock(lockFile: string): Promise<void> {
  for (;;) {
    const file = await open(lockFile, 'wx', 0o600).catch(() => undefined)
    if (file !== undefined) {
      await file.writeFile(JSON.stringify(await ownProcess()))
      await file.close()
      return
    }
    const holder = await holderOf(lockFile)
    if (holder !== undefined && (await isAlive(holder)))
      throw new NfshaError(
        'refused',
        `another command works on this lab (process ${holder.pid})`,
        `wait for it, or look at process ${holder.pid}; its lock is ${lockFile}`,
      )
    await rm(lockFile, { force: true })
  }
}

async function holderOf(lockFile: string): Promise<TrackedProcess | undefined> {
  const text = await readFile(lockFile, 'utf8').catch(() => '')
  try {
    return JSON.parse(text) as TrackedProcess
  } catch {
    return undefined
  }
}
