import { runCli } from '../../src/cli/run.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface World {
  readonly env?: Readonly<Record<string, string>>
  /** What standard input holds; with `isTTY`, the lines typed at prompts. */
  readonly stdin?: string
  readonly isTTY?: boolean
  readonly cwd?: string
}

/** Runs a command line in this process, with the outside given as data. */
export async function nfsha(words: readonly string[], world: World = {}): Promise<Ran> {
  const out = { stdout: '', stderr: '' }
  const isTTY = world.isTTY ?? false
  const typed = (world.stdin ?? '').split('\n')
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY,
    columns: 100,
    write: (text: string) => {
      out[name] += text
    },
  })
  const code = await runCli(words, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: {
      isTTY,
      readText: async () => world.stdin ?? '',
      ask: async question => {
        out.stderr += question
        return typed.shift()
      },
      askHidden: async () => typed.shift(),
    },
    env: world.env ?? {},
    cwd: world.cwd ?? process.cwd(),
    user: 'ada',
    host: 'desk',
    pid: 42,
    now: () => new Date('2025-01-02T03:04:05Z'),
    onInterrupt: () => () => {},
  })
  return { code, ...out }
}
