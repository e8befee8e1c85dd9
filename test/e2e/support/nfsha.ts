import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..', '..')
/** What the end-to-end tests write: variants of inventories, plans, and the controller's journal. */
export const scratch = join(root, '.nfsha', 'e2e')
/** The controller's state directory of these tests, so that its journal can be searched whole. */
export const stateHome = join(scratch, 'state')
/** All that nfsha ever printed in these tests: searched for secrets, and read when a test fails. */
const transcript = join(scratch, 'transcript.txt')
mkdirSync(stateHome, { recursive: true })

export interface Ended {
  /** Exit code, or 128 when a signal ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Resolves when what it said so far, on either stream, matches. Rejects when the program ends before. */
  saw(pattern: RegExp): Promise<void>
}

/** Starts the built nfsha as a user would, without a terminal. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...args], {
    cwd: root,
    env: { ...process.env, XDG_STATE_HOME: stateHome, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
    for (const watch of watchers) watch()
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
    for (const watch of watchers) watch()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      appendFileSync(transcript, `$ nfsha ${args.join(' ')}\n${stdout}${stderr}exit ${code}\n\n`)
      resolve({ code: code ?? 128, stdout, stderr })
    })
  })
  const saw = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (!pattern.test(stderr) && !pattern.test(stdout)) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      watch()
      ended.then(() => reject(new Error(`ended before ${pattern}:\n${stderr.slice(-4000)}`)))
    })
  return { pid: child.pid ?? 0, ended, saw }
}

/** Runs nfsha to its end. */
export function nfsha(...args: readonly string[]): Promise<Ended> {
  return start(args).ended
}

/** Runs nfsha and fails with all that it said when the exit code is another one. */
export async function nfshaExits(code: number, ...args: readonly string[]): Promise<Ended> {
  const done = await nfsha(...args)
  if (done.code !== code)
    throw new Error(
      `nfsha ${args.join(' ')} ended with ${done.code}, not ${code}:\n${done.stdout}\n${done.stderr}`,
    )
  return done
}
