import { type Command, InvalidArgumentError, Option } from 'commander'

/** The options of every command that changes something. */
export interface RunOptions {
  readonly yes: boolean
  /** Seconds. */
  readonly lockTimeout: number
}

export function withRunOptions(command: Command): Command {
  return command.option('--yes', 'do not ask; never covers data loss', false).addOption(lockTimeoutOption())
}

export function lockTimeoutOption(): Option {
  return new Option('--lock-timeout <seconds>', 'wait so long for another run to end')
    .argParser(seconds)
    .default(0, 'do not wait')
}

function seconds(text: string): number {
  const value = /^(\d+)s?$/.exec(text)?.[1]
  if (value === undefined) throw new InvalidArgumentError('give whole seconds, as 60.')
  return Number(value)
}
