import { NfshaError } from '../core/error.ts'
import { blocking } from '../inventory/lint.ts'
import { type LoadedInventory, loadInventory } from '../inventory/load.ts'
import { lintText } from '../report/lint-text.ts'
import type { Cli, Screen } from './cli.ts'
import type { TargetOptions } from './target-options.ts'

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
