import { hostname, userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Io } from './io.ts'

/** The real process's doors. */
export function processIo(): Io {
  const { stdin, stdout, stderr } = process
  return {
    stdout,
    stderr,
    stdin: {
      isTTY: stdin.isTTY === true,
      readText: () => text(stdin),
      ask: async question => {
        const answer = await ask(question, stderr)
        if (answer === undefined) stderr.write('\n')
        return answer
      },
      askHidden: async question => {
        stderr.write(question)
        const answer = await ask('', silent())
        stderr.write('\n')
        return answer
      },
    },
    env: process.env,
    cwd: process.cwd(),
    user: userName(),
    host: hostname(),
    pid: process.pid,
    ...(stderr.isTTY === true ? { terminal: { stderr, stdout } } : {}),
    now: () => new Date(),
    onInterrupt,
  }
}

/** Asks on a terminal. Ctrl-C and Ctrl-D answer nothing. */
async function ask(question: string, output: NodeJS.WritableStream): Promise<string | undefined> {
  const prompt = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY === true })
  try {
    return await new Promise(resolve => {
      prompt.once('close', () => resolve(undefined))
      prompt.once('SIGINT', () => prompt.close())
      prompt.question(question).then(resolve, () => resolve(undefined))
    })
  } finally {
    prompt.close()
  }
}

/** Swallows the echo of what is typed. */
function silent(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

function onInterrupt(callback: () => void): () => void {
  process.on('SIGINT', callback)
  process.on('SIGTERM', callback)
  return () => {
    process.off('SIGINT', callback)
    process.off('SIGTERM', callback)
  }
}

/** A user without a passwd entry, as in some containers, has a number only. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
