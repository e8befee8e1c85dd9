import { type Command, Option } from 'commander'
import { type ExitCode, exitCodes } from '../core/error.ts'
import { type Paint, paintFor } from '../report/paint.ts'
import { fitText } from '../report/wrap.ts'
import type { Io, TextOutput } from './io.ts'

/** What every command's registration is given. */
export interface Cli {
  readonly io: Io
  /** Says how the command ended, when not with 0 and not with an error. */
  setExitCode(code: ExitCode): void
  exitCode(): ExitCode
}

export function createCli(io: Io): Cli {
  let code: ExitCode = exitCodes.ok
  return {
    io,
    setExitCode: given => {
      code = given
    },
    exitCode: () => code,
  }
}

/** The options that every command has. */
export interface CommonOptions {
  readonly format: string
  readonly color: boolean
  /** How often -v was given: 1 facts, 2 commands, 3 their output. */
  readonly verbose: number
}

/** Adds the options that every command has; `formats` beyond text and json are the command's own. */
export function withCommonOptions(command: Command, ...formats: readonly string[]): Command {
  return command
    .addOption(
      new Option('--format <format>', 'how to print the result')
        .choices(['text', 'json', ...formats])
        .default('text'),
    )
    .option('--no-color', 'print without colour (so does the variable NO_COLOR)')
    .addOption(
      new Option('-v, --verbose', 'say more: -v facts, -vv commands, -vvv their output')
        .argParser((_value: unknown, previous: number) => previous + 1)
        .default(0, 'quiet'),
    )
}

/** Where a command prints: its result to standard output, everything else to standard error. */
export interface Screen {
  readonly format: string
  readonly verbosity: number
  /** Colours for standard output. */
  readonly paint: Paint
  /** Colours for standard error. */
  readonly paintNotes: Paint
  /** Prints a part of the result; adds the line's end, and on a terminal breaks what is too long. */
  print(text: string): void
  /** Prints the whole result as JSON. */
  printJson(value: unknown): void
  /** Prints what is not the result: progress, warnings. */
  note(text: string): void
}

export function screenFor(options: CommonOptions, io: Io): Screen {
  return {
    format: options.format,
    verbosity: options.verbose,
    paint: paintFor(options.format === 'text' && wantsColour(options.color, io, io.stdout)),
    paintNotes: paintFor(wantsColour(options.color, io, io.stderr)),
    print: text => io.stdout.write(`${options.format === 'text' ? fitText(text, io.stdout) : text}\n`),
    printJson: value => io.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`),
    note: text => io.stderr.write(`${fitText(text, io.stderr)}\n`),
  }
}

/** Colour only on a terminal, and never against NO_COLOR (https://no-color.org: set and not empty). */
export function wantsColour(allowed: boolean, io: Io, output: TextOutput): boolean {
  return allowed && (io.env.NO_COLOR ?? '') === '' && io.env.TERM !== 'dumb' && output.isTTY === true
}
