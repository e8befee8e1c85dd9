import { spawn } from 'node:child_process'
import { NfshaError } from '../core/error.ts'

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly stdin?: string
  readonly timeoutMs: number
  /** Each line of standard error as it comes: for progress. */
  readonly onLine?: (line: string) => void
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a command of this machine to its end. A non-zero exit is a result; a command that is missing or
 * outlives `timeoutMs` is an error (`failed`).
 */
export function run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const [command = '', ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', ...options.env },
    })
    const out: string[] = []
    const err: string[] = []
    let rest = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(
        new NfshaError(
          'failed',
          `${command} did not end within ${Math.round(options.timeoutMs / 1000)} seconds`,
          'see what else keeps this machine busy, then try again',
        ),
      )
    }, options.timeoutMs)
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err.push(text)
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) options.onLine?.(line)
    })
    child.on('error', cause => {
      clearTimeout(timer)
      reject(new NfshaError('failed', `cannot run ${command}`, 'install it, then try again', { cause }))
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code: code ?? (signal === null ? 1 : 128), stdout: out.join(''), stderr: err.join('') })
    })
    // A command that ends without reading its input is a result too.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.stdin ?? '')
  })
}

/** The same, where anything but exit 0 is an error (`failed`), told with the command's last words. */
export async function runOrFail(
  argv: readonly string[],
  hint: string,
  options: RunOptions,
): Promise<RunResult> {
  const result = await run(argv, options)
  if (result.code === 0) return result
  const words = result.stderr.trim().split('\n').slice(-5).join('\n')
  throw new NfshaError('failed', `${argv[0]} failed (exit ${result.code}): ${words}`, hint)
}
