import { hostname, userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import type { Io } from './io.ts'

/** The real process's doors. */
export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: {
      isTTY: process.stdin.isTTY === true,
      readText: () => text(process.stdin),
      ask,
    },
    env: process.env,
    cwd: process.cwd(),
    controller: `${userName()}@${hostname()}`,
    now: () => new Date(),
    onInterrupt,
  }
}

async function ask(question: string): Promise<string | undefined> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
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

function onInterrupt(callback: () => void): () => void {
  process.on('SIGINT', callback)
  process.on('SIGTERM', callback)
  return () => {
    process.off('SIGINT', callback)
    process.off('SIGTERM', callback)
  }
}

/** A user without a passwd entry, as in some containers, has no name but a number. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
