import { CommanderError } from 'commander'
import { type ExitCode, NfshaError, toNfshaError } from '../core/error.ts'
import { errorJson, errorText } from '../report/error-text.ts'
import { paintFor } from '../report/paint.ts'
import { fitText } from '../report/wrap.ts'
import { wantsColour } from './cli.ts'
import { commands } from './commands.ts'
import type { Io } from './io.ts'

/** Prints why a command failed, in the format asked for, and returns the exit code. */
export function printFailure(error: unknown, words: readonly string[], io: Io): ExitCode {
  const failure = asNfshaError(error, words)
  if (asksForJson(words)) {
    io.stdout.write(`${JSON.stringify(errorJson(failure), undefined, 2)}\n`)
    return failure.exitCode
  }
  const paint = paintFor(wantsColour(!words.includes('--no-color'), io, io.stderr))
  io.stderr.write(`${fitText(errorText(failure, paint), io.stderr)}\n`)
  if (verbosityOf(words) >= 3 && error instanceof Error) io.stderr.write(`${stackOf(error)}\n`)
  return failure.exitCode
}

/** The one error class out of whatever was thrown. */
function asNfshaError(error: unknown, words: readonly string[]): NfshaError {
  return error instanceof CommanderError ? usageError(error, words) : toNfshaError(error)
}

function usageError(error: CommanderError, words: readonly string[]): NfshaError {
  const name = words.find(word => Object.hasOwn(commands, word))
  const help = name === undefined ? 'nfsha --help' : `nfsha ${name} --help`
  // Commander shows the help instead of a message when no command is given.
  if (error.code === 'commander.help') return new NfshaError('usage', 'no command given', `see ${help}`)
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const fix = suggestion === undefined ? `see ${help}` : `${suggestion.replace(/^\(|\)$/g, '')} See ${help}`
  return new NfshaError('usage', what, fix, { cause: error })
}

/** The options may be what is wrong, so these are looked up in the words themselves. */
function asksForJson(words: readonly string[]): boolean {
  return words.some((word, i) => word === '--format=json' || (word === '--format' && words[i + 1] === 'json'))
}

function verbosityOf(words: readonly string[]): number {
  return words
    .map(word => (word === '--verbose' ? 1 : /^-v+$/.test(word) ? word.length - 1 : 0))
    .reduce((sum, count) => sum + count, 0)
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
