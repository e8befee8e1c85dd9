import { type Command, Option } from 'commander'
import type { CommonOptions } from './cli.ts'

export interface TargetOptions extends CommonOptions {
  readonly allowCommands: boolean
}

/** The argument and option of every command that works on a cluster's hosts. */
export function withTarget(command: Command, { isOptional = false } = {}): Command {
  return command
    .argument(isOptional ? '[inventory]' : '<inventory>', 'path of the inventory, or - for standard input')
    .addOption(
      new Option('--allow-commands', 'run the commands that the inventory names for secrets').default(false),
    )
}
