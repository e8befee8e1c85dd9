#!/usr/bin/env node
import { version } from './version.ts'

const words = process.argv.slice(2)

// Answered before anything else is loaded: scripts ask for the version often.
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${version()}\n`)
} else {
  const { runProcess } = await import('./run-process.ts')
  await runProcess(words)
}
