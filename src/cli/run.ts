import { Command, CommanderError } from 'commander'
import { type ExitCode, exitCodes } from '../core/error.ts'
import { fitText } from '../report/wrap.ts'
import { type Cli, createCli } from './cli.ts'
import { commands, loadCommand } from './commands.ts'
import { printFailure } from './failure.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/**
 * Runs one command line and returns its exit code. Never throws and never exits: whatever goes wrong
 * is printed as `error:` with its fix.
 */
export async function runCli(words: readonly string[], io: Io): Promise<ExitCode> {
  const cli = createCli(io)
  try {
    const program = await buildProgram(words, cli)
    await program.parseAsync([...helpless(program, words)], { from: 'user' })
    return cli.exitCode()
  } catch (error) {
    // Help and version were printed by commander, which leaves by throwing.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok
    return printFailure(error, words, io)
  }
}

/** Loads the one command that the words name; all of them only to list them. */
async function buildProgram(words: readonly string[], cli: Cli): Promise<Command> {
  const program = new Command('nfsha')
    .description('Provisions, proves and operates a two-node highly available NFS server from one inventory.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', footer)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: text => cli.io.stdout.write(fitText(text, cli.io.stdout)),
      writeErr: text => cli.io.stderr.write(fitText(text, cli.io.stderr)),
      // Printed as every other error, by printFailure.
      outputError: () => {},
      getOutHelpWidth: () => cli.io.stdout.columns ?? 100,
      getErrHelpWidth: () => cli.io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  const name = words.find(word => !word.startsWith('-'))
  const wanted = name !== undefined && Object.hasOwn(commands, name) ? [name] : Object.keys(commands)
  for (const each of wanted) await loadCommand(each, program, cli)
  return program
}

/**
 * The words without what asks for help, when they name a command that there is not: commander would print the help
 * of what stands before it, and end well.
 */
function helpless(program: Command, words: readonly string[]): readonly string[] {
  const asking = ['-h', '--help', ...(words[0] === 'help' ? ['help'] : [])]
  let command = program
  for (const word of words) {
    if (command === program && word === 'help') continue
    const next = command.commands.find(each => each.name() === word)
    if (next === undefined) {
      const takesWords = command.commands.length === 0 || command.registeredArguments.length > 0
      return word.startsWith('-') || takesWords ? words : words.filter(each => !asking.includes(each))
    }
    command = next
  }
  return words
}

const footer = `
Examples:
  nfsha init --out cluster.yml      write a commented inventory and its secrets
  nfsha validate cluster.yml        find mistakes without touching a host
  nfsha plan cluster.yml            show what deploy would do
  nfsha deploy cluster.yml          do it, after asking
  nfsha status cluster.yml          see which node serves, and why we believe it

Exit codes:
  0 done, or nothing to do   1 failed   2 changes pending (plan --detailed-exitcode)
  3 preflight or lint failed   4 a node is unreachable   5 refused   64 usage   130 interrupted
  status: 0 healthy   10 degraded   11 down   12 split-brain   4 no node answered`
