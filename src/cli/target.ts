import { type Command, Option } from 'commander'
import { NfshaError } from '../core/error.ts'
import { blocking } from '../inventory/lint.ts'
import { type LoadedInventory, loadInventory } from '../inventory/load.ts'
import { lintText } from '../report/lint-text.ts'
import type { Cli, CommonOptions, Screen } from './cli.ts'

export interface TargetOptions extends CommonOptions {
  readonly allowCommands: boolean
}

/** The argument and option of every command that works on a cluster's hosts. */
export function withTarget(command: Command): Command {
  return command
    .argument('<inventory>', 'path of the inventory, or - for standard input')
    .addOption(
      new Option('--allow-commands', 'run the commands that the inventory names for secrets').default(false),
    )
}

/**
 * Loads the inventory that a command works on, its secrets too. Lint errors that it does not accept
 * end here with `preflight`; warnings are noted.
 */
export async function loadTarget(
  source: string,
  options: TargetOptions,
  cli: Cli,
  screen: Screen,
): Promise<LoadedInventory> {
  const loaded = await loadInventory(source, cli.io, { allowCommands: options.allowCommands })
  assertLint(loaded)
  const warnings = loaded.lint.filter(
    ({ severity, accepted }) => severity === 'warning' && accepted === undefined,
  )
  for (const warning of warnings) screen.note(lintText(warning, screen.paintNotes))
  return loaded
}

function assertLint({ lint, file }: LoadedInventory): void {
  const errors = blocking(lint)
  if (errors.length === 0) return
  throw new NfshaError(
    'preflight',
    `${file} breaks ${errors.length === 1 ? 'a rule' : `${errors.length} rules`} that it does not accept`,
    'mend the inventory; `nfsha explain ID` tells more, and how to accept a finding',
    {
      problems: errors.map(({ id, message, fix, at }) => ({
        message: `${message} [${id}]`,
        hint: fix,
        ...(at === undefined ? {} : { at }),
      })),
    },
  )
}
