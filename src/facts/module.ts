import { type Fact, present, unknown } from '../core/fact.ts'
import { exitAbsent, type Probe } from '../core/probe.ts'
import { quote } from '../core/quote.ts'
import { look } from './looks.ts'

/** A kernel module that is loaded, built in, or could be loaded into the running kernel. */
export interface ModuleFact {
  readonly loaded: boolean
  /** MODULE_VERSION, where the module states one. */
  readonly version?: string
}

/**
 * A module of the running kernel; absent when it is neither loaded nor in /lib/modules of this
 * kernel, and that could be looked at: after an upgrade the running kernel's modules may be gone.
 */
export function kernelModule(name: string): Probe<ModuleFact> {
  const directory = `/sys/module/${quote(name)}`
  return {
    id: `module:${name}`,
    ...look(
      [
        `if [ -d ${directory} ]; then`,
        `  version=; [ ! -e ${directory}/version ] || read -r version <${directory}/version`,
        `  printf 'loaded\\n%s\\n' "$version"; return 0`,
        'fi',
        'read -r kernel </proc/sys/kernel/osrelease || return 1',
        '[ -e "/lib/modules/$kernel/modules.dep" ] || {',
        '  echo "the running kernel $kernel has no modules in /lib/modules"; return 1',
        '}',
        'command -v modinfo >/dev/null || { echo "modinfo is missing"; return 1; }',
        `version=$(modinfo -F version ${quote(name)} 2>/dev/null) || return ${exitAbsent}`,
        `printf 'available\\n%s\\n' "$version"`,
      ].join('\n'),
    ),
    parse: ({ stdout }) => parseModule(stdout),
    deadlineMs: 60_000,
    maxBytes: 4096,
  }
}

function parseModule(stdout: string): Fact<ModuleFact> {
  const [state = '', version = ''] = stdout.split('\n')
  if (state !== 'loaded' && state !== 'available') return unknown('the answer has no state')
  return present({ loaded: state === 'loaded', ...(version !== '' && { version }) })
}
