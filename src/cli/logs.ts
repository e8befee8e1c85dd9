import { type Command, InvalidArgumentError, Option } from 'commander'
import { type LogSource, logSources } from '../core/log-line.ts'
import { type Cli, type CommonOptions, screenFor, withCommonOptions } from './cli.ts'
import { spanMs } from './span.ts'
import { withTarget } from './target-options.ts'

const examples = `
Sources: ha-log (heartbeat's own), kernel (DRBD, nfsd and the group's script), journal (all else).
The nodes' clocks are measured and their lines put on this machine's; a node that does not answer is
said so, and the other's lines are shown. A secret that was logged (drbdadm does, when it fails) stands
as <secret NAME>.

Examples:
  nfsha logs cluster.yml --since 10m
  nfsha logs cluster.yml --source kernel --source ha-log --grep 'drbd|nfsha:'
  nfsha logs cluster.yml --node m1 --since 2d
  nfsha logs cluster.yml --follow
  nfsha logs cluster.yml --format json | jq 'select(.priority <= 3)'`

export interface LogsOptions extends CommonOptions {
  readonly allowCommands: boolean
  /** Milliseconds. */
  readonly since: number
  readonly node?: string
  readonly source?: readonly LogSource[]
  readonly grep?: RegExp
  readonly follow: boolean
}

export function registerLogs(program: Command, cli: Cli): void {
  const command = withTarget(
    program.command('logs').description("Show both nodes' logs as one, in the order of what happened."),
  )
    .addOption(new Option('--since <span>', 'how far back').argParser(spanMs).default(3_600_000, '1h'))
    .option('--node <name>', 'only this node')
    .addOption(
      new Option(
        '--source <source>',
        `only this one, may be given again: ${logSources.join(', ')}`,
      ).argParser(addSource),
    )
    .addOption(
      new Option('--grep <pattern>', 'only lines that match this regular expression').argParser(pattern),
    )
    .option('-f, --follow', 'go on with what comes, until Ctrl-C', false)
    .addHelpText('after', examples)
  withCommonOptions(command).action(async (source: string, options: LogsOptions) => {
    const { runLogs } = await import('./run-logs.ts')
    await runLogs(source, options, cli, screenFor(options, cli.io))
  })
}

function addSource(text: string, before: readonly LogSource[] | undefined): readonly LogSource[] {
  const found = logSources.find(source => source === text)
  if (found === undefined) throw new InvalidArgumentError(`give one of ${logSources.join(', ')}.`)
  return [...(before ?? []), found]
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i')
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}
